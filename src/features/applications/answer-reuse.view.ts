/** ReuseViews: which earlier application to take answers from, then which of them. */
import { Injectable } from '@nestjs/common';
import { conflict } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import type { FieldView } from '../../platform/pages/components.js';
import { errorItems } from '../../platform/pages/forms.js';
import { Texts } from '../../platform/texts/texts.js';
import { Schools } from '../agency/index.js';
import { Attachments } from '../documents/index.js';
import { isAnswered } from '../forms/index.js';
import type { ReuseQuery } from './answer.input.js';
import { AnswerReuse, type ReusableAnswer } from './answer-reuse.service.js';
import { answerText, namesIn } from './answer-text.js';
import { ApplicationViews } from './application.view.js';

type View = { title: string } & Record<string, unknown>;

const MOST_SHOWN = 240;

@Injectable()
export class ReuseViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly views: ApplicationViews,
    private readonly reuse: AnswerReuse,
    readonly attachments: Attachments,
    readonly schools: Schools,
  ) {}

  async page(visit: Visit, query?: ReuseQuery): Promise<View> {
    const { t } = this;
    const { application, canWrite } = await this.views.whole(visit.actor, visit.id());
    if (!canWrite) throw conflict('application.frozen');
    const path = `/applications/${application.id}`;
    const sent = visit.refused?.values['earlierId'];
    const from = query?.from ?? (typeof sent === 'string' ? sent : undefined);
    const earlier = await this.reuse.earlier(visit.actor, application.id);
    const chosen = earlier.find((each) => each.id === from);
    const title = t('answer.reuse.title');
    return {
      title,
      head: {
        crumbs: [
          { label: t('application.list.title'), href: '/applications' },
          { label: application.title, href: path },
        ],
        title,
        lead: t(chosen === undefined ? 'answer.reuse.lead' : 'answer.reuse.lead.answers'),
      },
      earlier:
        chosen === undefined
          ? {
              items: earlier.map(({ id, number, title: name, roundName }) => ({
                title: name,
                href: `${path}/reuse?from=${id}`,
                note: t('answer.reuse.earlier', { number, round: roundName }),
              })),
            }
          : undefined,
      empty: earlier.length === 0 ? { title: t('answer.reuse.none'), text: t('answer.reuse.none.text') } : undefined,
      form: chosen === undefined ? undefined : await this.form(visit, path, chosen.id),
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private async form(visit: Visit, path: string, earlierId: string): Promise<object | undefined> {
    const answers = await this.reuse.reusable(visit.actor, visit.id(), earlierId);
    if (answers.length === 0) return undefined;
    const field: FieldView = {
      kind: 'checkboxes',
      name: 'keys',
      label: this.t('answer.reuse.which'),
      hint: this.t('answer.reuse.which.hint'),
      options: await Promise.all(answers.map((each) => this.option(each))),
      // What the draft has already stays, unless somebody says so.
      value: answers.filter(({ standing }) => !isAnswered(standing)).map(({ question }) => question.key),
    };
    return {
      action: `${path}/reuse`,
      fields: [field],
      submit: this.t('answer.reuse.submit'),
      cancel: { label: this.t('form.cancel'), href: path },
      errors: errorItems(this.texts, visit.refused),
      hidden: [{ name: 'earlierId', value: earlierId }],
    };
  }

  private async option({
    question,
    value,
    standing,
  }: ReusableAnswer): Promise<{ value: string; label: string; hint: string }> {
    const names = await namesIn(this.db, this, [question], [value]);
    const whole = answerText(question, value, names).join('; ');
    const text = whole.length > MOST_SHOWN ? `${whole.slice(0, MOST_SHOWN).trimEnd()}…` : whole;
    const hint = isAnswered(standing) ? this.t('answer.reuse.over', { text }) : text;
    return { value: question.key, label: question.label, hint };
  }
}
