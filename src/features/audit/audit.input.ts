/** What can be asked of the trail. */
import { Choice, DateField, Integer, Ref, Text } from '../../platform/input/fields.js';

export class AuditQuery {
  /** Part of a name, or of the name of a part of the system. */
  @Text({ label: 'audit.field.who', optional: true, max: 100 })
  who?: string;

  /** What this person did. */
  @Ref({ label: 'audit.field.person', optional: true })
  person?: string;

  /** The kind of thing, as the trail spells it: `award`. */
  @Text({ label: 'audit.field.thing', optional: true, max: 60 })
  thing?: string;

  /** The thing's id, or its number or name. */
  @Text({ label: 'audit.field.id', optional: true, max: 200 })
  id?: string;

  /** An action or its beginning: `award.accept`, `award`. */
  @Text({ label: 'audit.field.action', optional: true, max: 80 })
  action?: string;

  /** For whom somebody acted: an organization that was assisted, or a person who lent them an approval. */
  @Ref({ label: 'audit.field.acting_for', optional: true })
  actingFor?: string;

  /** First and last day in the agency's zone, both included. */
  @DateField({ label: 'audit.field.from', optional: true })
  from?: string;

  @DateField({ label: 'audit.field.to', optional: true })
  to?: string;

  /** Older than the event with this number. */
  @Integer({ label: 'list.after', optional: true, min: 1, max: 999_999_999_999 })
  after?: number;

  @Integer({ label: 'list.limit', optional: true, min: 1, max: 200 })
  limit?: number;

  @Choice(['csv'], { label: 'audit.field.format', optional: true })
  format?: string;
}
