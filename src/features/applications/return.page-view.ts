/** ReturnPageViews: sending an application back for a fix, with the mail as it would read; and what changed when it returned. */
import { Injectable } from '@nestjs/common';
import { conflict } from '../../kernel/errors.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import { Mailer } from '../../platform/mail/mail.js';
import type { FieldView, NoteView, PageHead } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { Texts } from '../../platform/texts/texts.js';
import { ApplicationMails } from './application-mails.js';
import { ReturnInput } from './application.input.js';
import type { ApplicationSummary } from './application-reads.js';
import { ApplicationViews } from './application.view.js';
import { type ReturnChange, ReturnChanges } from './return.changes.js';
import { partsOf, partTitle, type ReturnablePart, returnOrder } from './return.reads.js';
import { questionPart } from './return.rules.js';
import { wordDifference } from './return.words.js';

type View = { title: string } & Record<string, unknown>;

/** A form takes so many rows: of a longer form what to mend is said section by section. */
const MOST_NOTES = 400;
/** Kinds whose questions are told apart by a word: they hold more than words. */
const TOLD_KINDS: readonly string[] = ['budget', 'partners', 'file'];

interface Typed {
  readonly parts: readonly string[];
  readonly questions: readonly string[];
  readonly notes: ReadonlyMap<string, string>;
}

@Injectable()
export class ReturnPageViews {
  constructor(
    private readonly db: Database,
    private readonly texts: Texts,
    private readonly views: ApplicationViews,
    private readonly mails: ApplicationMails,
    private readonly mailer: Mailer,
    private readonly changesRead: ReturnChanges,
  ) {}

  async form(visit: Visit): Promise<View> {
    return this.page(visit, visit.refused?.values ?? {});
  }

  /** The form as it was filled in, with the mail that it would write. */
  async preview(visit: Visit, input: ReturnInput): Promise<View> {
    const id = visit.id();
    const order = await returnOrder(this.db, id, input);
    const mails = await this.mails.returnedMails(this.db, id, order);
    const [mail] = mails;
    const view = await this.page(visit, input as unknown as Record<string, unknown>);
    return {
      ...view,
      mail:
        mail === undefined
          ? { title: this.t('application.return.nobody'), text: this.t('application.return.nobody.text') }
          : {
              title: this.t('application.return.mail', { count: mails.length }),
              text: this.t('application.return.mail.to', { names: mails.map((each) => each.view['name']).join(', ') }),
              ...this.mailer.words(mail),
            },
    };
  }

  /** What was sent before and now, side by side. */
  async changes(visit: Visit): Promise<View> {
    const { application } = await this.views.whole(visit.actor, visit.id());
    const found = await this.changesRead.get(visit.actor, visit.id());
    const { currentCalendar: calendar } = this.db;
    const said = (at: Date | null): string => (at === null ? '' : calendar.formatInstant(at));
    const [was, is] = [said(found.beforeAt), said(found.afterAt)];
    const isTwice = found.beforeAt !== null;
    const known = await partsOf(this.db, application.id);
    const { order } = found;
    const head: PageHead = {
      crumbs: this.crumbs(application),
      title: this.t('application.changes.title'),
      lead: isTwice ? this.t('application.changes.lead', { count: found.changes.length, was, is }) : undefined,
    };
    return {
      title: head.title,
      head,
      asked: order === undefined ? undefined : { title: this.t('application.changes.asked'), text: order.note },
      untouched: this.untouched(found.untouched, known),
      items: found.changes.map((each) => this.change(each, { was, is })),
      empty: isTwice
        ? { title: this.t('application.changes.none'), text: this.t('application.changes.none.text') }
        : { title: this.t('application.changes.once'), text: this.t('application.changes.once.text') },
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private async page(visit: Visit, values: Readonly<Record<string, unknown>>): Promise<View> {
    const { application, actions } = await this.views.whole(visit.actor, visit.id());
    if (!actions.some((each) => each.name === 'return')) throw conflict('application.step_over');
    const href = `/applications/${application.id}`;
    const title = this.t('application.return.title', { title: application.title });
    const known = await partsOf(this.db, application.id);
    const { refused } = visit;
    const fields = fieldViews(ReturnInput, this.texts, { values, refused, only: ['note', 'fixBy'] });
    return {
      title,
      head: { crumbs: this.crumbs(application), title, lead: this.t('application.return.lead') },
      form: {
        action: `${href}/return`,
        preview: `${href}/return/preview`,
        note: fields.find(({ name }) => name === 'note'),
        fixBy: fields.find(({ name }) => name === 'fixBy'),
        parts: partViews(this.texts, known, typedIn(values)),
        cancel: { label: this.t('form.cancel'), href },
        errors: errorItems(this.texts, refused),
        hidden: [{ name: 'version', value: String(application.version) }],
      },
    };
  }

  private change(change: ReturnChange, { was, is }: { was: string; is: string }): object {
    const { before, after } = wordDifference(change.before.join('\n'), change.after.join('\n'));
    const nothing = this.t('answer.nothing');
    return {
      title: change.label === '' ? this.t(`application.field.${change.key}`) : change.label,
      section: change.section,
      asked: change.note === null ? undefined : this.t('application.changes.asked_here', { note: change.note }),
      before: { title: this.t('application.changes.before', { was }), runs: before, nothing },
      after: { title: this.t('application.changes.after', { is }), runs: after, nothing },
    };
  }

  private untouched(parts: readonly string[], known: readonly ReturnablePart[]): NoteView | undefined {
    if (parts.length === 0) return undefined;
    return {
      tone: 'gold',
      title: this.t('application.changes.untouched', { count: parts.length }),
      items: parts.map((part) => partTitle(known, part)),
    };
  }

  private crumbs(application: ApplicationSummary): { label: string; href: string }[] {
    return [
      { label: this.t('application.list.title'), href: '/applications' },
      { label: application.title, href: `/applications/${application.id}` },
    ];
  }
}

/** What was typed, from a form that was refused or looked at; as many as came. */
function typedIn(values: Readonly<Record<string, unknown>>): Typed {
  const list = (raw: unknown): string[] =>
    [raw ?? []].flat().filter((each): each is string => typeof each === 'string');
  const rows = Array.isArray(values['partNotes']) ? (values['partNotes'] as unknown[]) : [];
  const notes = rows.flatMap((row): [string, string][] => {
    const { part, note } = (row ?? {}) as Record<string, unknown>;
    return typeof part === 'string' && typeof note === 'string' ? [[part, note]] : [];
  });
  return { parts: list(values['parts']), questions: list(values['questions']), notes: new Map(notes) };
}

/** Each section with its box and what to mend; its questions are folded until one of them is named. */
function partViews(texts: Texts, known: readonly ReturnablePart[], typed: Typed): object[] {
  let index = 0;
  const mayNote = known.reduce((sum, { questions }) => sum + questions.length, known.length) <= MOST_NOTES;
  const note = (part: string, title: string): object => {
    const name = `partNotes[${index}]`;
    index += 1;
    const field: FieldView = {
      ...{ kind: 'textarea', name: `${name}.note`, value: typed.notes.get(part), rows: 2, optional: true },
      label: texts.t('application.return.mend', { part: title }),
    };
    return { part: { name: `${name}.part`, value: part }, field };
  };
  return known.map(({ key, title, questions }) => ({
    ...{ key, title, isChosen: typed.parts.includes(key) },
    count: texts.t('application.return.questions', { count: questions.length }),
    note: note(key, title),
    isOpen: questions.some(
      (each) => typed.questions.includes(each.key) || (typed.notes.get(questionPart(key, each.key)) ?? '') !== '',
    ),
    // Of one question the section says enough.
    questions: (questions.length > 1 ? questions : []).map((each) => ({
      ...{ key: each.key, title: each.title, isChosen: typed.questions.includes(each.key) },
      kind: TOLD_KINDS.includes(each.kind) ? texts.t(`application.return.kind.${each.kind}`) : undefined,
      note: mayNote ? note(questionPart(key, each.key), each.title) : undefined,
    })),
  }));
}
