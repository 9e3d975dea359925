/** What is sent about help to applicants. */
import { Choice, DateField, Integer, Ref, Text, YesNo } from '../../platform/input/fields.js';
import { ListQuery } from '../../platform/lists/list.js';
import {
  ASSISTANCE_TOPICS,
  ASSISTANCE_WAYS,
  type AssistanceTopic,
  type AssistanceWay,
} from './technical-assistance.entity.js';
import { technicalAssistanceLifecycle } from './technical-assistance.lifecycle.js';

export class TechnicalAssistanceInput {
  @Ref({ label: 'technical_assistance.field.application' })
  applicationId: string;

  @Choice(ASSISTANCE_TOPICS, { label: 'technical_assistance.field.topic' })
  topic: AssistanceTopic;

  @Text({ label: 'technical_assistance.field.question', long: true, max: 4000 })
  question: string;

  /** Whoever helps reads the draft, and nothing of it once it is sent. */
  @YesNo({ label: 'technical_assistance.field.may_read', optional: true })
  mayRead?: boolean;
}

export class HelpTakeInput {
  /** Who helps; the actor when nobody is named. */
  @Ref({ label: 'technical_assistance.field.advisor', optional: true })
  advisorId?: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class AssistanceEntryInput {
  @DateField({ label: 'technical_assistance.field.given_on' })
  givenOn: string;

  @Integer({ label: 'technical_assistance.field.minutes', min: 5, max: 1440 })
  minutes: number;

  @Choice(ASSISTANCE_WAYS, { label: 'technical_assistance.field.way' })
  way: AssistanceWay;

  @Text({ label: 'technical_assistance.field.note', long: true, max: 2000 })
  note: string;
}

export class TechnicalAssistanceListQuery extends ListQuery {
  @Choice(technicalAssistanceLifecycle.states, { label: 'technical_assistance.field.state', optional: true })
  state?: string;

  @Ref({ label: 'technical_assistance.field.round', optional: true })
  round?: string;
}
