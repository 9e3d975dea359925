/** What differs between two versions of a form, as a page and as the API answers it: only the changes, by section. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { notFound } from '../../kernel/errors.js';
import type { Visit } from '../../platform/http/visit.js';
import type { LinkView, PageHead } from '../../platform/pages/components.js';
import { dateInBox } from '../../platform/pages/forms.js';
import { Texts } from '../../platform/texts/texts.js';
import {
  compareForms,
  countChanges,
  type FormChangeKind,
  type QuestionChange,
  type QuestionPart,
  type SectionChange,
} from './form.compare.js';
import type { FormDefinition, FormSection, Question } from './form.definition.js';
import { kindWordsOf, showWhenWords } from './form.words.js';
import { FormVersionPageViews } from './form-version.page-view.js';
import { Forms, type NamedVersion } from './forms.service.js';

type View = { title: string } & Record<string, unknown>;

/** One thing of a question or section that reads otherwise now. */
interface PartLine {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

export interface FormChangesView {
  readonly from: { readonly id: string; readonly number: number } | null;
  readonly counts: Readonly<Record<FormChangeKind | 'unchanged', number>>;
  readonly sections: readonly SectionChange[];
}

const KINDS: readonly FormChangeKind[] = ['added', 'removed', 'changed', 'moved'];

interface Pair {
  readonly version: NamedVersion;
  readonly from?: NamedVersion;
  readonly earlier: readonly NamedVersion[];
}

@Injectable()
export class FormChanges {
  constructor(
    private readonly texts: Texts,
    private readonly forms: Forms,
    private readonly versions: FormVersionPageViews,
  ) {}

  async changes(actor: Actor, id: string, fromId?: string): Promise<FormChangesView> {
    const { version, from } = await this.pair(actor, id, fromId);
    const sections = from === undefined ? [] : compareForms(from.definition, version.definition);
    return {
      from: from === undefined ? null : { id: from.id, number: from.number },
      counts: countChanges(sections, version.definition),
      sections,
    };
  }

  async show(visit: Visit, fromId?: string): Promise<View> {
    const { t } = this;
    const { version, from, earlier } = await this.pair(visit.actor, visit.id(), fromId);
    const path = `/form-versions/${version.id}`;
    const title = from === undefined ? t('form_changes.title.first') : t('form_changes.title', { number: from.number });
    const head: PageHead = {
      crumbs: [
        ...(await this.versions.crumbs(visit.actor, version)),
        { label: t('form_builder.version', { number: version.number }), href: path },
      ],
      title,
    };
    if (from === undefined) return { title, head, empty: { title: t('form_changes.first') } };
    const { lead, ...rest } = this.laidOut(version, from);
    const others = earlier.filter((each) => each.id !== from.id);
    return {
      title,
      head: { ...head, lead },
      others: others.map(({ id, number }): LinkView => ({
        ...{ label: t('form_changes.with', { number }), href: `${path}/changes?from=${id}` },
      })),
      ...rest,
    };
  }

  /** The same against the version before, within another page; nothing for a first one. */
  async since(version: NamedVersion): Promise<Record<string, unknown> | undefined> {
    const [from] = (await this.forms.versions(version.formId)).filter((each) => each.number < version.number);
    if (from === undefined) return undefined;
    return { title: this.t('form_changes.title', { number: from.number }), ...this.laidOut(version, from) };
  }

  private laidOut(version: NamedVersion, from: NamedVersion): { lead?: string; sections: unknown; empty: unknown } {
    const changes = compareForms(from.definition, version.definition);
    return {
      lead: changes.length === 0 ? undefined : this.countWords(countChanges(changes, version.definition)),
      sections: changes.map((change) => this.section(change, from.definition, version.definition)),
      empty: { title: this.t('form_changes.none', { number: from.number }) },
    };
  }

  /** "1 removed, 2 moved. 7 questions are as before.": what did not happen is left out. */
  private countWords({ unchanged, ...counts }: Readonly<Record<FormChangeKind | 'unchanged', number>>): string {
    const { t } = this;
    const words = KINDS.filter((kind) => counts[kind] > 0).map((kind) =>
      t(`form_changes.count.${kind}`, { count: counts[kind] }),
    );
    const kept = t('form_changes.kept', { count: unchanged });
    return words.length === 0 ? kept : `${words.join(', ')}. ${kept}`;
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private async pair(actor: Actor, id: string, fromId: string | undefined): Promise<Pair> {
    const version = await this.forms.version(actor, id);
    const earlier = (await this.forms.versions(version.formId)).filter((each) => each.number < version.number);
    const from = fromId === undefined ? earlier[0] : earlier.find((each) => each.id === fromId);
    if (fromId !== undefined && from === undefined) throw notFound('thing.not_found');
    return { version, from, earlier };
  }

  private section(change: SectionChange, before: FormDefinition, after: FormDefinition): Record<string, unknown> {
    const { t } = this;
    const { unchanged, questions } = change;
    const kinds: FormChangeKind[] = [
      ...(change.before === undefined ? (['added'] as const) : []),
      ...(change.after === undefined ? (['removed'] as const) : []),
      ...(change.isMoved ? (['moved'] as const) : []),
    ];
    return {
      key: change.key,
      title: (change.after ?? change.before)?.title,
      tags: kinds.map((kind) => this.tag(kind)),
      lines: change.parts.map((part): PartLine => ({
        label: t(`form_changes.section.${part}`),
        before: this.sectionWords(change.before, part, before),
        after: this.sectionWords(change.after, part, after),
      })),
      questions: questions.map((each) => this.question(each, before, after)),
      unchanged: change.after !== undefined && unchanged > 0 ? t('form_changes.unchanged', { count: unchanged }) : '',
    };
  }

  private question(change: QuestionChange, before: FormDefinition, after: FormDefinition): Record<string, unknown> {
    const { t } = this;
    const shown = change.after ?? change.before;
    const kinds: FormChangeKind[] = [
      ...(change.before === undefined ? (['added'] as const) : []),
      ...(change.after === undefined ? (['removed'] as const) : []),
      ...(change.parts.length > 0 ? (['changed'] as const) : []),
      ...(change.isMoved ? (['moved'] as const) : []),
    ];
    const isWhole = change.before === undefined || change.after === undefined;
    return {
      label: shown?.label,
      kind: isWhole && shown !== undefined ? kindWordsOf(this.texts, shown) : undefined,
      from: change.from === undefined ? undefined : t('form_changes.from', { section: change.from.title }),
      tags: kinds.map((kind) => this.tag(kind)),
      lines: change.parts.map((part) => this.line(part, change, before, after)),
    };
  }

  private tag(kind: FormChangeKind): { tone: string; label: string } {
    const tones = { added: 'done', removed: 'idle', changed: 'moving', moved: 'idle' } as const;
    return { tone: tones[kind], label: this.t(`form_changes.${kind}`) };
  }

  private sectionWords(
    section: FormSection | undefined,
    part: 'title' | 'help' | 'showWhen',
    definition: FormDefinition,
  ): string {
    if (part === 'showWhen') return this.shownWhen(section?.showWhen, definition);
    return section?.[part] ?? this.t('form_changes.nothing');
  }

  private line(
    part: QuestionPart,
    { before, after }: QuestionChange,
    was: FormDefinition,
    is: FormDefinition,
  ): PartLine {
    const label = this.t(`form_changes.part.${part}`);
    if (part === 'choices' || part === 'columns') return { label, ...this.listWords(before?.[part], after?.[part]) };
    return { label, before: this.words(part, before, was), after: this.words(part, after, is) };
  }

  /** Of a long list only what came and what went; the same ones in another order are said to be so. */
  private listWords(
    before: readonly { readonly label: string }[] = [],
    after: readonly { readonly label: string }[] = [],
  ): { before: string; after: string } {
    const [was, is] = [before, after].map((list) => list.map(({ label }) => label)) as [string[], string[]];
    const gone = was.filter((each) => !is.includes(each));
    const come = is.filter((each) => !was.includes(each));
    if (gone.length === 0 && come.length === 0) return { before: '', after: this.t('form_changes.inside') };
    const nothing = this.t('form_changes.nothing_more');
    return { before: gone.join('; ') || nothing, after: come.join('; ') || nothing };
  }

  private words(part: QuestionPart, question: Question | undefined, definition: FormDefinition): string {
    const { t } = this;
    if (question === undefined) return '';
    if (part === 'showWhen') return this.shownWhen(question.showWhen, definition);
    if (part === 'kind') return t(`form_builder.kind.${question.kind}`);
    if (part === 'required') return t(question.required === true ? 'form_changes.required' : 'form_changes.optional');
    if (part === 'accept') {
      return (
        question.accept?.map((each) => t(`form_builder.field.accept.${each}`)).join(', ') ?? t('form_changes.usual')
      );
    }
    const value = question[part];
    if (value === undefined || typeof value === 'object') return t('form_changes.nothing');
    return question.kind === 'date' && (part === 'least' || part === 'most') ? dateInBox(String(value)) : String(value);
  }

  private shownWhen(condition: Question['showWhen'], definition: FormDefinition): string {
    return showWhenWords(this.texts, condition, definition) ?? this.t('form_changes.always');
  }
}
