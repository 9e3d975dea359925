/** SectionViews: one section of an application as its page - its questions, how far it is, when it was saved, what waits. */
import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Visit } from '../../platform/http/visit.js';
import type { ErrorItem, LinkView, NoteView, PageHead } from '../../platform/pages/components.js';
import { redirect, type Redirect } from '../../platform/pages/page.js';
import { Texts } from '../../platform/texts/texts.js';
import { Schools } from '../agency/index.js';
import { Attachments, type AttachmentView } from '../documents/index.js';
import {
  type Answers as AnswerValues,
  followingOf,
  type FormSection,
  isAnswered,
  listOf,
  problemsOf,
  type Question,
  questionsOf,
  rowsOf,
  visibleIn,
} from '../forms/index.js';
import { findRound } from '../rounds/index.js';
import { typedIn } from './answer-form.rules.js';
import { openDifferences, type SaveResult } from './answers.service.js';
import {
  type AnswerRecord,
  type ApplicationForm,
  formOfApplication,
  readAnswers,
  unkept,
  valuesOf,
} from './answers.reads.js';
import { type AnswerMaterial, type AnswerView, answerView } from './answer-question.view.js';
import type { ApplicationSummary } from './application-reads.js';
import { ApplicationViews, requireWritable, type WholeApplication } from './application.view.js';
import { dueOf } from './extension.rules.js';
import { extensionOf } from './extension.reads.js';
import { budgetTermsOf } from './proposed-budget.reads.js';
import { partnerWords } from './partner.rules.js';
import { isPartOpen, questionPart } from './return.rules.js';
import { mendNotes } from './return.view.js';
import { answerText, fileIdsOf } from './answer-text.js';
import { checkPath, unkeptFile } from './answer-file-problems.js';

type View = { title: string } & Record<string, unknown>;

interface Place {
  readonly whole: WholeApplication;
  readonly form: ApplicationForm;
  readonly records: Map<string, AnswerRecord>;
  readonly values: AnswerValues;
  readonly section: FormSection;
  /** The sections that are shown, in order. */
  readonly shown: readonly FormSection[];
  readonly visible: ReadonlySet<string>;
}

/** What the script says; `{time}` and the like are filled in there. */
const WORDS = [
  ...['saving', 'saved', 'offline', 'signed_out', 'sign_in', 'other_person', 'refused', 'failed', 'no_store', 'back'],
  ...['conflict', 'conflict_own', 'theirs', 'mine', 'keep_theirs', 'keep_mine', 'newer', 'words', 'more', 'add_row'],
  ...['arrived', 'sending', 'waiting_file', 'sent_file', 'lost_file', 'remove', 'next'],
];
const HOLES = Object.fromEntries(
  ['time', 'name', 'label', 'words', 'most', 'percent', 'title'].map((hole) => [hole, `{${hole}}`]),
);

@Injectable()
export class SectionViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly views: ApplicationViews,
    private readonly attachments: Attachments,
    private readonly schools: Schools,
  ) {}

  async section(visit: Visit): Promise<View> {
    const place = await this.place(visit);
    const { whole, section, shown } = place;
    const { application } = whole;
    const path = `/applications/${application.id}`;
    const all = await this.questionViews(visit, place);
    const opens = (key: string): boolean => isPartOpen(application, questionPart(section.key, key));
    const questions = all.filter(({ key }) => opens(key));
    const stays = section.questions.filter(({ key }) => !opens(key));
    const isBudget = questions.some((each) => each.budget !== undefined);
    const isRefused = visit.refused !== undefined;
    const errors = visit.query['check'] === undefined && !isRefused ? [] : this.errors(questions);
    const isOpen = whole.canWrite && isPartOpen(application, section.key);
    const index = shown.indexOf(section);
    const next = shown[index + 1];
    const waiting = await openDifferences(this.db, application.id);
    const head: PageHead = {
      crumbs: [
        { label: this.t('application.list.title'), href: '/applications' },
        { label: application.title, href: path },
      ],
      number: await this.where(place, index),
      title: section.title,
      lead: section.help,
    };
    return {
      title: section.title,
      scripts: isOpen ? ['answering', ...(isBudget ? ['budget'] : [])] : [],
      head,
      bar: { width: `${Math.round(((index + 1) / Math.max(1, shown.length)) * 100)}%` },
      errors: errors.length === 0 ? undefined : errors,
      note: isOpen ? (this.note(visit, waiting.length, path) ?? (await this.mendNote(place))) : undefined,
      closed: isOpen ? undefined : this.closed(place, all),
      stays: isOpen && stays.length > 0 ? this.stays(place, stays, all) : undefined,
      form: isOpen
        ? {
            action: `${path}/sections/${section.key}`,
            // A file makes it one that is sent in parts, whose token stands in its address.
            multipart: questions.some((each) => each.files !== undefined || each.evidence !== undefined),
            data: JSON.stringify(this.data(visit, place)),
            questions,
            status: this.status(place),
            next: this.t(
              nextOpen(application, shown, section) === undefined
                ? 'answer.save_and_check'
                : 'answer.save_and_continue',
            ),
          }
        : undefined,
      list: this.list(place, path),
      previous: this.link(path, shown[index - 1], 'answer.previous'),
      following: this.link(path, next, 'answer.next'),
      all: { label: this.t('answer.all_sections'), href: path },
    };
  }

  /** Where to go after a section was saved: to what must be chosen or mended, to what appeared, or on. */
  async after(visit: Visit, before: Place, saved: SaveResult, go: 'next' | 'stay'): Promise<Redirect> {
    const { id } = before.whole.application;
    const path = `/applications/${id}`;
    const here = `${path}/sections/${before.section.key}`;
    const { conflicts, problems } = saved;
    if (conflicts.length > 0)
      return redirect(`${path}/differences`, 'answer.saved_beside', { count: conflicts.length });
    if (problems.length > 0)
      return redirect(checkPath(here, problems), 'answer.saved_some', { count: problems.length });
    const { shown, section, visible, values } = await this.place(visit);
    const appeared = section.questions.filter(({ key }) => visible.has(key) && !before.visible.has(key));
    if (appeared.length > 0) return redirect(`${here}?more=1`, 'answer.saved');
    if (go === 'stay') return redirect(here, 'answer.saved');
    const wrong = section.questions.filter(
      (question) =>
        visible.has(question.key) &&
        isAnswered(values[question.key]) &&
        problemsOf(question, values[question.key]).length > 0,
    );
    if (wrong.length > 0) return redirect(`${here}?check=1`, 'answer.saved_some', { count: wrong.length });
    const next = nextOpen(before.whole.application, shown, section);
    return redirect(next === undefined ? path : `${path}/sections/${next.key}`, 'answer.saved');
  }

  /**
   * The section with its answers and what else is shown now. What was typed into a form that was refused as a whole
   * stands in its place: nothing of it is lost, also when the application can no longer be written.
   */
  async place(visit: Visit): Promise<Place> {
    const whole = await this.views.whole(visit.actor, visit.id());
    if (visit.refused === undefined) requireWritable(whole);
    const { id } = whole.application;
    const form = await formOfApplication(this.db, id);
    const records = await readAnswers(this.db, id, form);
    if (visit.refused !== undefined) {
      for (const typed of typedIn(questionsOf(form.definition), visit.refused.values, visit.refused.files)) {
        records.set(typed.key, { ...(records.get(typed.key) ?? unkept(typed.key, undefined)), ...typed });
      }
    }
    const values = valuesOf(records);
    const visible = visibleIn(form.definition, values);
    const section = form.definition.sections.find(({ key }) => key === sectionKey(visit));
    if (section === undefined) throw notFound('thing.not_found');
    const shown = visible.map((each) => each.section);
    return {
      ...{ whole, form, records, values, section, shown },
      visible: new Set(visible.flatMap((each) => each.questions.map(({ key }) => key))),
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private async questionViews(visit: Visit, place: Place): Promise<AnswerView[]> {
    const { section, records, visible, whole } = place;
    const material = await this.material(place);
    const path = `/applications/${whole.application.id}`;
    const wantsAll = visit.query['check'] !== undefined;
    const mend = await mendNotes(this.db, whole.application);
    return section.questions.map((question, fileIndex) => {
      const record = records.get(question.key) ?? unkept(question.key, undefined);
      // What nobody has answered yet is not scolded before somebody asks whether all is there.
      const isLooked = wantsAll || isAnswered(record.value);
      return answerView(question, record, material, {
        isHidden: !visible.has(question.key),
        problems: [...unkeptFile(visit, question, fileIndex), ...(isLooked ? problemsOf(question, record.value) : [])],
        fileIndex,
        versionsHref: record.version > 1 ? `${path}/versions/${question.key}` : undefined,
        mend: mend.get(questionPart(section.key, question.key)),
      });
    });
  }

  private async material({ section, records, whole }: Place): Promise<AnswerMaterial> {
    const { id, partners } = whole.application;
    const asks = (kind: Question['kind']): boolean => section.questions.some((question) => question.kind === kind);
    const values = section.questions.map(({ key }) => records.get(key)?.value);
    const ids = fileIdsOf(section.questions, records);
    const chosen = values.flatMap((value) => listOf(value));
    const districts = asks('districts')
      ? await this.db.query<{ name: string }>(sql`select name from districts order by position, name`)
      : [];
    const kept = section.questions.flatMap(({ key, kind }) =>
      kind === 'districts' ? rowsOf(records.get(key)?.value).map((row) => row['district'] ?? '') : [],
    );
    return {
      texts: this.texts,
      districts: [...new Set([...districts.map(({ name }) => name), ...kept])],
      schools: asks('schools') ? await this.schools.byDistrict(this.db, chosen) : [],
      files: ids.length === 0 ? new Map<string, AttachmentView>() : await this.attachments.views(this.db, ids),
      budget: asks('budget') ? await budgetTermsOf(this.db, id) : undefined,
      partners: partners.map(({ name, role }) => ({ title: name, note: role })),
      partnersHref: `/applications/${id}/partners`,
    };
  }

  private errors(questions: readonly AnswerView[]): ErrorItem[] {
    return questions
      .filter(({ isHidden }) => !isHidden)
      .flatMap(({ error, name, files, budget }) => [
        ...(error === undefined ? [] : [{ text: this.named(error, files?.label), field: files?.box.name ?? name }]),
        ...(budget?.errors ?? []),
      ]);
  }

  /** What is said of a file names its question only where it stands away from it. */
  private named(problem: string, label: string | undefined): string {
    const isNamed = label === undefined || problem.includes(label);
    return isNamed ? problem : this.t('form.problem_of', { label, problem });
  }

  /** `Section 2 of 7, due Tue, Nov 10 at 5:00 p.m.` */
  private async where({ whole, shown }: Place, index: number): Promise<string> {
    const { application } = whole;
    const { currentCalendar: calendar } = this.db;
    const place = this.t('answer.place', { number: index + 1, of: shown.length });
    if (application.fixBy !== null) {
      return this.t('answer.place.due', { place, due: calendar.formatDate(application.fixBy, 'short') });
    }
    const round = await findRound(this.db, application.roundId);
    if (round === undefined) return place;
    const due = dueOf(round, await extensionOf(this.db, application.id));
    const key = due < this.db.now ? 'answer.place.over' : 'answer.place.due';
    return this.t(key, { place, due: calendar.formatInstant(due, 'short') });
  }

  private note(visit: Visit, waiting: number, path: string): NoteView | undefined {
    if (waiting > 0) {
      return {
        ...{ tone: 'gold', title: this.t('answer.differences.note', { count: waiting }) },
        text: this.t('answer.differences.note.text'),
        link: { label: this.t('answer.differences.link'), href: `${path}/differences` },
      };
    }
    if (visit.query['more'] === undefined) return undefined;
    return { tone: 'blue', title: this.t('answer.more_questions'), text: this.t('answer.more_questions.text') };
  }

  private status({ records }: Place): string {
    const times = [...records.values()].flatMap(({ enteredAt }) => (enteredAt === null ? [] : [enteredAt.getTime()]));
    if (times.length === 0) return this.t('answer.status.none');
    const { currentCalendar: calendar, today } = this.db;
    const at = new Date(Math.max(...times));
    return calendar.today(at) === today
      ? this.t('answer.status.saved', { time: calendar.formatTime(at) })
      : this.t('answer.status.saved_on', { time: calendar.formatInstant(at) });
  }

  /** A part that stays as it was sent while another is mended: its words, without boxes. */
  private closed({ section, records, whole }: Place, questions: readonly AnswerView[]): object {
    const shown = section.questions.filter((_, index) => questions[index]?.isHidden !== true);
    const key = whole.canWrite ? 'answer.closed' : 'answer.copy';
    return {
      note: { tone: 'blue', title: this.t(key), text: this.t(`${key}.text`) },
      facts: this.words(shown, records, whole),
    };
  }

  /** What of an open section stays as it was sent. */
  private stays({ records, whole }: Place, stays: readonly Question[], questions: readonly AnswerView[]): object {
    const hidden = questions.filter(({ isHidden }) => isHidden).map(({ key }) => key);
    return this.words(
      stays.filter(({ key }) => !hidden.includes(key)),
      records,
      whole,
    );
  }

  private words(questions: readonly Question[], records: Place['records'], { application }: WholeApplication): object {
    const partners = application.partners.map((each) => `${each.name}: ${partnerWords(this.t, each)}`);
    const lines = (question: Question): readonly string[] =>
      question.kind === 'partners' ? partners : answerText(question, records.get(question.key)?.value);
    return {
      wide: true,
      items: questions.map((question) => ({
        label: question.label,
        value: lines(question).join('\n') || this.t('answer.nothing'),
      })),
    };
  }

  /** What was said of this section as a whole when it came back. */
  private async mendNote({ whole, section }: Place): Promise<NoteView | undefined> {
    const text = (await mendNotes(this.db, whole.application)).get(section.key);
    return text === undefined ? undefined : { tone: 'gold', title: this.t('answer.mend.title'), text };
  }

  /** Every section, to go to at once; one that is not asked now is there for the script. */
  private list({ form, shown, section }: Place, path: string): object {
    return {
      title: this.t('answer.sections', { count: shown.length }),
      items: form.definition.sections.map((each) => ({
        ...{ key: each.key, label: each.title, href: `${path}/sections/${each.key}` },
        ...{ isHere: each === section, isHidden: !shown.includes(each) },
      })),
    };
  }

  private link(path: string, section: FormSection | undefined, key: string): LinkView | undefined {
    if (section === undefined) return undefined;
    return { label: this.t(key, { title: section.title }), href: `${path}/sections/${section.key}` };
  }

  /** What the script needs: where to save, for whom, and its words. */
  private data({ actor }: Visit, { whole, form, section, values }: Place): object {
    const { id } = whole.application;
    const words = Object.fromEntries(WORDS.map((key) => [key, this.t(`answer.script.${key}`, HOLES)]));
    return {
      application: id,
      person: actor.kind === 'person' ? actor.personId : undefined,
      save: `/api/applications/${id}/answers`,
      files: '/api/attachments',
      standing: `/api/applications/${id}/answers/standing`,
      settle: `/api/applications/${id}/differences`,
      signIn: `/sign-in?next=${encodeURIComponent(`/applications/${id}`)}`,
      words,
      follow: followingOf(form.definition, section, values),
      sections: `/applications/${id}/sections/`,
      section: section.key,
    };
  }
}

/** The next one that can be written: of what came back only some can. */
const nextOpen = (
  application: ApplicationSummary,
  shown: readonly FormSection[],
  section: FormSection,
): FormSection | undefined => shown.slice(shown.indexOf(section) + 1).find(({ key }) => isPartOpen(application, key));

/** The section's key in the address: a word of the form, no id. */
export function sectionKey(visit: Visit): string {
  const { key } = visit.request.params as Record<string, unknown>;
  return typeof key === 'string' ? key : '';
}
