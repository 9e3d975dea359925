/** What is sent about criteria in comment: who is asked, what is said, and what is answered. */
import { Choice, DateField, Integer, Ref, Text } from '../../platform/input/fields.js';
import { COMMENT_OUTCOMES } from './criteria.entity.js';
import { COMMENT_AUDIENCES } from './round.entity.js';

export class AudienceInput {
  @Choice(COMMENT_AUDIENCES, { label: 'criteria.field.audience' })
  audience: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class GroupInput {
  @Text({ label: 'criteria.field.group_name', max: 120 })
  name: string;

  @Text({ label: 'criteria.field.addresses', optional: true, long: true, max: 20_000 })
  addresses?: string;
}

/** The link of a group that is asked already, to more addresses or again. */
export class GroupMailInput {
  @Ref({ label: 'criteria.field.group' })
  groupId: string;

  @Text({ label: 'criteria.field.addresses', long: true, max: 20_000 })
  addresses: string;
}

export class GroupRefInput {
  @Ref({ label: 'criteria.field.group' })
  groupId: string;
}

export class CommentInput {
  @Text({ label: 'criteria.field.criterion', optional: true, max: 80 })
  criterion?: string;

  @Text({ label: 'criteria.field.comment', long: true, max: 4000 })
  body: string;

  @Text({ label: 'criteria.field.name', optional: true, max: 120 })
  name?: string;

  @Text({ label: 'criteria.field.organization', optional: true, max: 160 })
  organization?: string;
}

/** What was said at a meeting or on the telephone, written down by staff. */
export class HeardInput {
  @DateField({ label: 'criteria.field.heard_on' })
  heardOn: string;

  @Text({ label: 'criteria.field.criterion', optional: true, max: 80 })
  criterion?: string;

  @Text({ label: 'criteria.field.heard', long: true, max: 4000 })
  body: string;

  @Text({ label: 'criteria.field.said_by', optional: true, max: 120 })
  name?: string;

  @Text({ label: 'criteria.field.organization', optional: true, max: 160 })
  organization?: string;

  @Ref({ label: 'criteria.field.group', optional: true })
  groupId?: string;
}

export class CommentAnswerInput {
  @Choice(COMMENT_OUTCOMES, { label: 'criteria.field.outcome' })
  outcome: string;

  @Text({ label: 'criteria.field.answer', long: true, max: 2000 })
  answer: string;

  @Ref({ label: 'criteria.field.changed_in', optional: true })
  changedInId?: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}
