/** What is sent to find out whether one can apply, and to try a form out; the round's own rules and form read it. */
import { Anything, Ref } from '../../platform/input/fields.js';

export class CheckInput {
  @Ref({ label: 'eligibility.field.organization', optional: true })
  organizationId?: string;

  /** By the rule's key. */
  @Anything({ label: 'eligibility.field.answers', optional: true })
  answers?: unknown;
}

export class RehearsalInput {
  /** By the question's key. */
  @Anything({ label: 'rehearsal.field.answers', optional: true })
  answers?: unknown;
}

/** What was sent by name, as a plain record; anything else is as if nothing was sent. */
export function recordOf(sent: unknown): Readonly<Record<string, unknown>> {
  return typeof sent === 'object' && sent !== null && !Array.isArray(sent) ? (sent as Record<string, unknown>) : {};
}
