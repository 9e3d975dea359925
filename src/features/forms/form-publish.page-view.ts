/** The look before a version of a form is published: what it asks, what changed, and who it is for. */
import { Injectable } from '@nestjs/common';
import { forbidden, type Sentence } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { say } from '../../platform/http/problem.js';
import type { Visit } from '../../platform/http/visit.js';
import type { NoteView, PageHead } from '../../platform/pages/components.js';
import { Texts } from '../../platform/texts/texts.js';
import { FormChanges } from './form-changes.page-view.js';
import { countsOf, type FormSection } from './form.definition.js';
import { FormUses } from './form-uses.js';
import { kindWordsOf } from './form.words.js';
import { FormVersionPageViews } from './form-version.page-view.js';
import { Forms, type NamedVersion } from './forms.service.js';

type View = { title: string } & Record<string, unknown>;

/** A longer form is read section by section. */
const MOST_UNFOLDED = 30;

@Injectable()
export class FormPublishViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly forms: Forms,
    private readonly uses: FormUses,
    private readonly versions: FormVersionPageViews,
    private readonly changes: FormChanges,
  ) {}

  async show(visit: Visit): Promise<View> {
    const { t } = this;
    const version = await this.forms.version(visit.actor, visit.id());
    const permission = 'form_version.publish';
    if (!this.policy.can(visit.actor, permission, { scopes: { fund: version.fundId } })) {
      throw forbidden('permission.missing', { params: { permission } });
    }
    const { definition, number, formName: name } = version;
    const path = `/form-versions/${version.id}`;
    const title = t('form_publish.title', { number, name });
    const crumbs = [
      ...(await this.versions.crumbs(visit.actor, version)),
      { label: t('form_builder.version', { number }), href: path },
    ];
    if (version.state === 'published') {
      const link = { label: t('form_builder.version', { number }), href: path };
      return { title, head: { crumbs, title }, note: { tone: 'blue', title: t('form_publish.over'), link } };
    }
    const [publish] = await this.forms.machine.actions(this.policy, this.db, visit.actor, version);
    const isOpen = publish?.enabled ?? false;
    const counts = countsOf(definition);
    const head: PageHead = { crumbs, title, lead: t(isOpen ? 'form_publish.lead' : 'form_publish.lead_missing') };
    const changed = await this.changes.since(version);
    return {
      title,
      head,
      note: isOpen ? undefined : this.missing(publish?.blockers ?? [], path),
      asks: t('form_builder.summary', counts),
      sections: definition.sections.map((section) => this.section(section, counts.questions <= MOST_UNFOLDED)),
      changed,
      follows: this.follows(version),
      ...(await this.roundsOf(visit, version)),
      form: isOpen
        ? {
            ...{ action: `${path}/publish`, submit: t('form_publish.submit', { number }), fields: [] },
            cancel: { label: t('form_publish.not_yet'), href: path },
            hidden: [{ name: 'version', value: String(version.version) }],
          }
        : undefined,
    };
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private missing(blockers: readonly Sentence[], path: string): NoteView {
    return {
      ...{ tone: 'gold', title: this.t('form_publish.missing') },
      items: blockers.map((blocker) => say(this.texts, blocker)),
      link: { label: this.t('form_publish.mend'), href: path },
    };
  }

  private section({ key, title, questions }: FormSection, isOpen: boolean): Record<string, unknown> {
    return {
      ...{ key, title, isOpen },
      count: this.t('form_publish.questions', { count: questions.length }),
      questions: questions.map((question) => ({
        label: question.label,
        kind: kindWordsOf(this.texts, question),
        optional: question.required !== true,
      })),
    };
  }

  /** Who keeps what, whichever rounds there are. */
  private follows({ number }: NamedVersion): string[] {
    const { t } = this;
    return [
      t('form_publish.frozen'),
      ...(number === 1 ? [] : [t('form_publish.others_keep')]),
      t('form_publish.drafts'),
    ];
  }

  private async roundsOf(visit: Visit, version: NamedVersion): Promise<Record<string, unknown>> {
    const { t } = this;
    const all = await this.forms.versions(version.formId);
    const numbers = new Map(all.map(({ id, number }) => [id, number]));
    const uses = await this.uses.of(
      visit.actor,
      all.map(({ id }) => id),
    );
    const listed = (isThis: boolean): object[] =>
      uses
        .filter(({ versionId }) => (versionId === version.id) === isThis)
        .map(({ title, href, state, versionId }) => ({
          ...{ title, href },
          note: isThis ? state : t('form_publish.keeps', { state, number: numbers.get(versionId) ?? 0 }),
        }));
    const [own, others] = [listed(true), listed(false)];
    return {
      own: own.length === 0 ? undefined : { items: own },
      none: own.length === 0 ? t('form_publish.no_round') : undefined,
      others: others.length === 0 ? undefined : { items: others },
    };
  }
}
