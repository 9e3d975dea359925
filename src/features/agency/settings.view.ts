/** What the settings and rule-set pages show. */
import { Money } from '../../kernel/money.js';
import {
  count,
  type FieldView,
  type FormView,
  type HiddenView,
  type PageHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import type { FactsView, LinkView, ListedThings, SectionHead } from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import type { RefusedForm } from '../../platform/http/visit.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { RuleSetLine, RuleSetView, RuleValueLine } from './rule-sets.service.js';
import { SettingsInput, TIME_ZONES } from './settings.input.js';
import type { AgencyView } from './settings.service.js';

/** Empty boxes at the end of the list of districts. */
const SPARE_DISTRICTS = 3;
const MONTHS = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'];

export interface SettingsPage {
  readonly title: string;
  readonly head: PageHead;
  readonly facts: FactsView;
  readonly moreHead: SectionHead;
  /** What else belongs to the house: each has a page of its own. */
  readonly more: ListedThings;
  readonly districtsHead: SectionHead;
  readonly districts: ListedThings;
  readonly holidaysHead: SectionHead;
  readonly holidays: ListedThings;
}

export interface DateReader {
  formatDate(date: string, style: 'full' | 'long'): string;
}

export interface SettingsRights {
  readonly change: boolean;
  readonly readMails: boolean;
  readonly readJobs: boolean;
  readonly readFiles: boolean;
  readonly readRetention: boolean;
}

export function settingsPage(
  agency: AgencyView,
  texts: Texts,
  dates: DateReader,
  may: SettingsRights,
  scansFiles: boolean,
): SettingsPage {
  const t = (key: string): string => texts.t(key);
  const fact = (key: string, value: string | null): { label: string; value: string } => ({
    label: t(`settings.field.${key}`),
    value: value ?? t('settings.none'),
  });
  return {
    title: t('settings.title'),
    head: {
      title: t('settings.title'),
      lead: t('settings.lead'),
      actions: may.change ? [{ label: t('settings.edit'), href: '/settings/edit', primary: true }] : [],
    },
    moreHead: { title: t('settings.more'), id: 'more' },
    more: {
      items: [
        { title: t('rule_set.list.title'), href: '/settings/rule-sets' },
        { title: t('rule_set.words'), href: '/wordings' },
        { title: t('school.list.title'), href: '/settings/schools' },
        ...(may.readMails ? [{ title: t('mail.list.title'), href: '/mails' }] : []),
        ...(may.readJobs ? [{ title: t('job.list.title'), href: '/jobs' }] : []),
        ...(may.readRetention ? [{ title: t('retention.title'), href: '/retention' }] : []),
        ...(may.readFiles ? [{ title: t('quarantine.title'), href: '/quarantine' }] : []),
      ],
    },
    facts: {
      items: [
        fact('name', agency.name),
        fact('help_phone', agency.helpPhone),
        fact('help_email', agency.helpEmail),
        fact('address', agency.address),
        fact('time_zone', t(`settings.field.time_zone.${agency.timeZone}`)),
        fact('fiscal_year_start_month', t(`month.${MONTHS[agency.fiscalYearStartMonth - 1]}`)),
        fact('file_scan', t(scansFiles ? 'settings.file_scan.on' : 'settings.file_scan.off')),
        fact('exclusion_check_days', texts.t('settings.days', { count: agency.exclusionCheckDays })),
        fact('delegation_days', texts.t('settings.days', { count: agency.delegationDays })),
        fact(
          'sole_release',
          agency.soleRelease === null ? t('settings.sole_release.any') : agency.soleRelease.format({ cents: 'auto' }),
        ),
      ],
    },
    districtsHead: {
      title: t('settings.districts'),
      lead: texts.t('settings.districts.lead', { count: agency.districts.length }),
    },
    districts: { items: agency.districts.map(({ name }) => ({ title: name })) },
    holidaysHead: {
      title: t('settings.holidays'),
      lead: texts.t('settings.holidays.lead', { count: agency.holidays.length }),
    },
    holidays: { items: agency.holidays.map((date) => ({ title: dates.formatDate(date, 'full') })) },
  };
}

/** The form of the settings; the districts stand one below the other, with empty boxes at the end. */
export function settingsForm(
  agency: AgencyView,
  texts: Texts,
  refused: RefusedForm | undefined,
): { title: string; head: PageHead; form: FormView } {
  const values = { ...agency, holidays: agency.holidays.join('\n') };
  const choices = {
    timeZone: TIME_ZONES.map((zone) => ({ value: zone, label: texts.t(`settings.field.time_zone.${zone}`) })),
    fiscalYearStartMonth: MONTHS.map((month) => ({ value: String(Number(month)), label: texts.t(`month.${month}`) })),
  };
  const overrides: Record<string, Partial<FieldView>> = {
    helpPhone: { kind: 'telephone', width: 'medium' },
    helpEmail: { kind: 'email' },
    address: { rows: 3 },
    fiscalYearStartMonth: { kind: 'select', width: 'medium' },
    exclusionCheckDays: { width: 'short', optional: false },
    delegationDays: { width: 'short', optional: false },
    soleRelease: { width: 'medium' },
    holidays: { rows: 10 },
  };
  const all = fieldViews(SettingsInput, texts, { values, refused, choices, overrides });
  const own = all.filter(({ name }) => name !== 'version');
  const districts = districtFields(agency, texts, refused);
  const version = refused === undefined ? String(agency.version) : String(refused.values['version'] ?? '');
  const title = texts.t('settings.edit.title');
  return {
    title,
    head: { crumbs: [{ label: texts.t('settings.title'), href: '/settings' }], title },
    form: {
      action: '/settings',
      fields: [...own, ...districts.fields],
      hidden: [{ name: 'version', value: version }, ...districts.hidden],
      submit: texts.t('settings.save'),
      cancel: { label: texts.t('settings.cancel'), href: '/settings' },
      errors: fieldErrors(texts, refused),
    },
  };
}

/** The summary lists what is wrong with fields; anything else is said by the note at the top of the page. */
function fieldErrors(texts: Texts, refused: RefusedForm | undefined): FormView['errors'] {
  return refused === undefined || refused.error.fields.length === 0 ? undefined : errorItems(texts, refused);
}

function districtFields(
  agency: AgencyView,
  texts: Texts,
  refused: RefusedForm | undefined,
): { fields: FieldView[]; hidden: HiddenView[] } {
  const stored = agency.districts.map(({ id, name }) => ({ id, name }));
  const lines = refused === undefined ? stored : typedDistricts(refused.values['districts']);
  const problems = new Map(refused?.error.fields.map((problem) => [problem.field, problem]) ?? []);
  const hidden: HiddenView[] = [];
  const spare = Math.max(0, agency.districts.length + SPARE_DISTRICTS - lines.length);
  const rows = [...lines, ...Array.from({ length: spare }, () => ({ id: undefined, name: '' }))];
  const fields = rows.map(({ id, name }, index): FieldView => {
    if (id !== undefined) hidden.push({ name: `districts[${index}][id]`, value: id });
    const problem = problems.get(`districts[${index}].name`) ?? problems.get(`districts[${index}].id`);
    return {
      kind: 'text',
      name: `districts[${index}][name]`,
      label: texts.t('settings.field.district_number', { number: index + 1 }),
      value: name,
      optional: true,
      width: 'medium',
      error: problem === undefined ? undefined : texts.sentence(problem),
    };
  });
  return { fields, hidden };
}

function typedDistricts(raw: unknown): { id: string | undefined; name: string }[] {
  if (!Array.isArray(raw)) return [];
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return raw.map((line: { id?: unknown; name?: unknown } | null) => ({
    id: text(line?.id) || undefined,
    name: text(line?.name),
  }));
}

export function ruleSetsPage(
  ruleSets: readonly RuleSetLine[],
  texts: Texts,
): { title: string; head: PageHead; table: TableView } {
  const title = texts.t('rule_set.list.title');
  return {
    title,
    head: { crumbs: crumbs(texts), title, lead: texts.t('rule_set.list.lead') },
    table: table({
      id: 'rule-sets',
      caption: title,
      columns: [
        { key: 'name', label: texts.t('rule_set.field.name') },
        { key: 'effectiveOn', label: texts.t('rule_set.field.effective_on') },
        { key: 'confirmed', label: texts.t('rule_set.checked') },
      ],
      rows: ruleSets.map((set) => ({
        name: { text: set.name, href: `/settings/rule-sets/${set.id}`, note: set.title },
        effectiveOn: texts.t('rule_set.date', { date: set.effectiveOn }),
        confirmed: { tag: checkedTag(texts, set.confirmed) },
      })),
      stack: true,
      empty: { title: texts.t('rule_set.none'), text: texts.t('rule_set.none.more') },
    }),
  };
}

export interface RuleTextView {
  readonly title: string;
  readonly body: string;
  readonly source: string;
  readonly link: LinkView;
}

export function ruleSetPage(
  set: RuleSetView,
  texts: Texts,
): { title: string; head: PageHead; note: string | null; table: TableView; texts: readonly RuleTextView[] } {
  return {
    title: set.name,
    head: {
      crumbs: [...crumbs(texts), { label: texts.t('rule_set.list.title'), href: '/settings/rule-sets' }],
      tag: checkedTag(texts, set.confirmed),
      number: set.name,
      title: set.title,
      lead: texts.t('rule_set.lead', { date: set.effectiveOn }),
    },
    note: set.note,
    texts: set.texts.map(({ key, body, source }) => ({
      ...{ title: texts.t(`rule_text.${key}`), body, source },
      link: { label: texts.t('rule_set.words.link'), href: `/wordings/${set.id}` },
    })),
    table: table({
      id: 'values',
      caption: texts.t('rule_set.field.values'),
      columns: [
        { key: 'key', label: texts.t('rule_set.field.key') },
        { key: 'value', label: texts.t('rule_set.field.value') },
        { key: 'source', label: texts.t('rule_set.field.source') },
        { key: 'confirmed', label: texts.t('rule_set.checked') },
      ],
      rows: set.values.map((line) => ({
        key: texts.t(`rule.${line.key}`),
        value: valueWords(texts, line),
        source: line.source,
        confirmed: { tag: checkedTag(texts, line.confirmed) },
      })),
      stack: true,
    }),
  };
}

const crumbs = (texts: Texts): LinkView[] => [{ label: texts.t('settings.title'), href: '/settings' }];

function checkedTag(texts: Texts, confirmed: boolean): { tone: 'done' | 'waiting'; label: string } {
  return confirmed
    ? { tone: 'done', label: texts.t('rule_set.confirmed') }
    : { tone: 'waiting', label: texts.t('rule_set.unconfirmed') };
}

/** A figure in the words of its unit: 15%, $50,000, 90 days. */
function valueWords(texts: Texts, { value, unit }: Pick<RuleValueLine, 'value' | 'unit'>): string {
  if (unit === 'cents') return Money.ofCents(value).format({ cents: 'auto' });
  if (unit === 'basis_points') return `${value / 100}%`;
  if (unit === 'yes_no') return texts.t(value === 0 ? 'rule_set.unit.no' : 'rule_set.unit.yes');
  return texts.t(`rule_set.unit.${unit}`, { count: value, shown: count(value) });
}
