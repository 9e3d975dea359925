/** AnswerApiViews: answers as programs get them - the form, what was answered, and what became of what was sent. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Database } from '../../platform/database/database.js';
import { say } from '../../platform/http/problem.js';
import { Texts } from '../../platform/texts/texts.js';
import type { AnswerValue, FormDefinition } from '../forms/index.js';
import { readProgress } from './answer-facts.js';
import type { Progress } from './answer-progress.js';
import type { SaveResult } from './answers.service.js';
import { formOfApplication, readAnswers, shownIn, valuesOf } from './answers.reads.js';
import { actsFor } from './application.view.js';
import { Applications } from './applications.service.js';
import { answersSent, sentVersionFor } from './receipt.sent.js';

interface SpokenProgress extends Omit<Progress, 'sections'> {
  readonly sections: readonly {
    readonly key: string;
    readonly title: string;
    readonly asked: number;
    readonly answered: number;
    readonly missing: readonly { readonly question: string; readonly message: string }[];
  }[];
}

interface StandingAnswer {
  readonly key: string;
  readonly value: AnswerValue | null;
  readonly version: number;
  readonly by: string | null;
  readonly at: Date | null;
}

export interface AnswersAnswer {
  readonly formVersionId: string | null;
  readonly form: FormDefinition;
  readonly answers: readonly (StandingAnswer & { readonly isAssisted: boolean; readonly confirmedAt: Date | null })[];
  /** Questions that are shown with these answers. */
  readonly shown: readonly string[];
  readonly progress: SpokenProgress;
}

export interface StandingAnswers {
  readonly answers: readonly StandingAnswer[];
  readonly shown: readonly string[];
}

export interface SavedAnswer {
  readonly saved: SaveResult['saved'];
  readonly conflicts: readonly {
    readonly key: string;
    readonly theirs: AnswerValue | null;
    readonly theirsBy: string | null;
    readonly isOwn: boolean;
    readonly at: Date | null;
    readonly version: number;
    readonly refusedId: string;
  }[];
  readonly problems: readonly { readonly key: string; readonly message: string }[];
  /** Changed by somebody else, while what was sent had not been touched. */
  readonly newer: readonly StandingAnswer[];
  readonly savedAt: Date;
  /** As the agency's people read it: `2:14 p.m.` */
  readonly savedTime: string;
  readonly shown: readonly string[];
  readonly progress: SpokenProgress;
}

@Injectable()
export class AnswerApiViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly applications: Applications,
  ) {}

  async all(actor: Actor, id: string): Promise<AnswersAnswer> {
    const application = await this.applications.get(actor, id);
    const { organizationId } = application;
    const form = await formOfApplication(this.db, id);
    const sent = await sentVersionFor(this.db, application, actsFor(actor, organizationId, id));
    const records = sent === undefined ? await readAnswers(this.db, id, form) : answersSent(sent);
    const shown = shownIn(form.definition, valuesOf(records));
    // What a later answer hid is its writers' own, who may show it again; the agency was never sent it.
    const isOwn = actsFor(actor, organizationId, id);
    const read = [...records.values()].filter(({ key }) => isOwn || shown.includes(key));
    return {
      formVersionId: form.formVersionId,
      form: form.definition,
      answers: read.map(({ enteredByName, enteredAt, assistanceId, confirmedAt, ...each }) => ({
        ...{ key: each.key, value: each.value ?? null, version: each.version, by: enteredByName, at: enteredAt },
        ...{ isAssisted: assistanceId !== null, confirmedAt },
      })),
      shown,
      progress: this.spoken(await readProgress(this.db, id, { form })),
    };
  }

  async standing(actor: Actor, id: string): Promise<StandingAnswers> {
    const { answers, shown } = await this.all(actor, id);
    return { answers: answers.map(({ isAssisted: _mark, confirmedAt: _at, ...each }) => each), shown };
  }

  async saved(id: string, result: SaveResult): Promise<SavedAnswer> {
    const { saved, conflicts, problems, newer, savedAt, progress } = result;
    const form = await formOfApplication(this.db, id);
    return {
      saved,
      conflicts: conflicts.map((each) => ({ ...each, theirs: each.theirs ?? null })),
      problems: problems.map(({ key, sentence }) => ({ key, message: say(this.texts, sentence) })),
      newer: newer.map(({ key, value, version, enteredByName, enteredAt }) => ({
        ...{ key, value: value ?? null, version, by: enteredByName, at: enteredAt },
      })),
      savedAt,
      savedTime: this.db.currentCalendar.formatTime(savedAt),
      shown: shownIn(form.definition, valuesOf(await readAnswers(this.db, id, form))),
      progress: this.spoken(progress),
    };
  }

  private spoken({ sections, ...rest }: Progress): SpokenProgress {
    return {
      ...rest,
      sections: sections.map(({ missing, ...section }) => ({
        ...section,
        missing: missing.map(({ questionKey, sentence }) => ({
          question: questionKey,
          message: say(this.texts, sentence),
        })),
      })),
    };
  }
}
