/** AnswerPageViews: two versions of one answer side by side, its earlier versions, and what staff entered for somebody. */
import { Injectable } from '@nestjs/common';
import { conflict } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import { Texts } from '../../platform/texts/texts.js';
import { Schools } from '../agency/index.js';
import { Attachments } from '../documents/index.js';
import { type AnswerValue, findQuestion, type Question, questionsOf } from '../forms/index.js';
import { Answers, type OpenDifference } from './answers.service.js';
import { type ApplicationForm, formOfApplication, readAnswers } from './answers.reads.js';
import { answerText, namesIn } from './answer-text.js';
import { sectionKey } from './answer-section.view.js';
import type { ApplicationSummary } from './application-reads.js';
import { partnersShown } from './partner.reads.js';
import { answersSent } from './receipt.sent.js';
import { partnerWords } from './partner.rules.js';
import { ApplicationViews, requireWritable } from './application.view.js';

type View = { title: string } & Record<string, unknown>;

@Injectable()
export class AnswerPageViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly views: ApplicationViews,
    private readonly answers: Answers,
    readonly attachments: Attachments,
    readonly schools: Schools,
  ) {}

  async differences(visit: Visit): Promise<View> {
    const { application, form } = await this.writable(visit);
    const waiting = await this.answers.differences(visit.actor, application.id);
    const title = this.t('answer.differences.title');
    const path = `/applications/${application.id}`;
    return {
      title,
      head: {
        ...{ crumbs: this.crumbs(application), title },
        lead: waiting.length === 0 ? undefined : this.t('answer.differences.lead'),
      },
      items: await Promise.all(waiting.map((each) => this.difference(visit, form, path, each))),
      empty: {
        title: this.t('answer.differences.none'),
        text: this.t('answer.differences.none.text'),
        link: { label: this.t('answer.all_sections'), href: path },
      },
    };
  }

  async versions(visit: Visit): Promise<View> {
    const { application, form } = await this.writable(visit);
    const key = sectionKey(visit);
    const question = findQuestion(form.definition, key);
    if (question === undefined) throw conflict('answer.unknown_question');
    const rows = await this.answers.versions(visit.actor, application.id, key);
    const record = (await readAnswers(this.db, application.id, form)).get(key);
    const href = await this.sectionOf(visit, key);
    const title = this.t('answer.versions.title', { label: question.label });
    return {
      title,
      head: {
        crumbs: [...this.crumbs(application), { label: this.t('answer.versions.back'), href }],
        title,
        lead: this.t('answer.versions.lead'),
      },
      now: await this.text(question, record?.value),
      items: await Promise.all(
        rows.map(async (row) => ({
          title: this.by(row.by, row.at),
          text: await this.text(question, row.value),
          action: {
            label: this.t('answer.versions.restore'),
            action: `/applications/${application.id}/versions`,
            hidden: [{ name: 'versionId', value: row.id }],
            about: this.by(row.by, row.at),
          },
        })),
      ),
      empty: { title: this.t('answer.versions.none') },
    };
  }

  async assisted(visit: Visit): Promise<View> {
    const whole = await this.views.whole(visit.actor, visit.id());
    const { application, sent } = whole;
    const form = await formOfApplication(this.db, application.id);
    const records = sent === undefined ? await readAnswers(this.db, application.id, form) : answersSent(sent);
    const entered = questionsOf(form.definition).flatMap((question) => {
      const record = records.get(question.key);
      const isWaiting = record !== undefined && record.assistanceId !== null && record.confirmedAt === null;
      return isWaiting && record.value !== undefined ? [{ question, record }] : [];
    });
    const partners = (await partnersShown(this.db, whole)).filter(
      ({ assistanceId, partConfirmedAt }) => assistanceId !== null && partConfirmedAt === null,
    );
    const count = entered.length + partners.length;
    const title = this.t('answer.assisted.title');
    const href = `/applications/${application.id}/assisted`;
    return {
      title,
      head: { crumbs: this.crumbs(application), title, lead: this.t('answer.assisted.lead') },
      answers: {
        wide: true,
        items: [
          ...(await Promise.all(
            entered.map(async ({ question, record }) => ({
              label: question.label,
              value: await this.text(question, record.value),
              link: { label: this.t('answer.assisted.change'), href: await this.sectionOf(visit, question.key) },
            })),
          )),
          ...partners.map((partner) => ({
            label: this.t('answer.assisted.partner', { name: partner.name }),
            value: partnerWords(this.t, partner),
            link: { label: this.t('answer.assisted.change'), href: `/applications/${application.id}/partners` },
          })),
        ],
      },
      confirm:
        count === 0 ? undefined : { label: this.t('answer.assisted.confirm', { count }), action: href, primary: true },
      empty: count === 0 ? { title: this.t('answer.assisted.none') } : undefined,
    };
  }

  /** Where a question is answered. */
  async sectionOf(visit: Visit, key: string): Promise<string> {
    const { definition } = await formOfApplication(this.db, visit.id());
    const section = definition.sections.find(({ questions }) => questions.some((each) => each.key === key));
    const path = `/applications/${visit.id()}`;
    return section === undefined ? path : `${path}/sections/${section.key}`;
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private async difference(visit: Visit, form: ApplicationForm, path: string, each: OpenDifference): Promise<object> {
    const personId = visit.actor.kind === 'person' ? visit.actor.personId : undefined;
    const question = findQuestion(form.definition, each.key);
    const side = (by: string | null, byId: string | null, isMine: boolean): string => {
      if (byId !== null && byId === personId)
        return this.t(isMine ? 'answer.differences.mine' : 'answer.differences.mine_now');
      return this.t(isMine ? 'answer.differences.other' : 'answer.differences.now', {
        name: by ?? this.t('answer.somebody'),
      });
    };
    const label = question?.label ?? each.key;
    return {
      title: label,
      theirs: {
        title: side(each.theirsBy, each.theirsById, false),
        note: each.theirsAt === null ? undefined : this.t('answer.differences.at', { at: this.instant(each.theirsAt) }),
        text: question === undefined ? '' : await this.text(question, each.theirs),
      },
      mine: {
        title: side(each.mineBy, each.mineById, true),
        note: this.t('answer.differences.kept', { at: this.instant(each.mineAt) }),
        text: question === undefined ? '' : await this.text(question, each.mine),
      },
      form: {
        action: `${path}/differences/${each.refusedId}`,
        hidden: [{ name: 'version', value: String(each.version) }],
        keep: this.t('answer.differences.keep'),
        take: this.t('answer.differences.take'),
        section: await this.sectionOf(visit, each.key),
      },
    };
  }

  private async text(question: Question, value: AnswerValue | undefined): Promise<string> {
    const names = await namesIn(this.db, this, [question], [value]);
    return answerText(question, value, names).join('\n') || this.t('answer.nothing');
  }

  private by(name: string | null, at: Date): string {
    return this.t('answer.versions.by', { name: name ?? this.t('answer.somebody'), at: this.instant(at) });
  }

  private instant(at: Date): string {
    return this.db.currentCalendar.formatInstant(at, 'short');
  }

  private crumbs({ id, title }: ApplicationSummary): { label: string; href: string }[] {
    return [
      { label: this.t('application.list.title'), href: '/applications' },
      { label: title, href: `/applications/${id}` },
    ];
  }

  private async writable(visit: Visit): Promise<{ application: ApplicationSummary; form: ApplicationForm }> {
    const whole = await this.views.whole(visit.actor, visit.id());
    requireWritable(whole);
    const { application } = whole;
    return { application, form: await formOfApplication(this.db, application.id) };
  }
}
