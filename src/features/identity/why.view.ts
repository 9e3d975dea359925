/** What the pages say about why somebody cannot do something: what it takes, how near they come, whom to ask. */
import { agencyWide, anywhere, withinScope } from '../../kernel/policy.js';
import { kindWords } from '../../platform/audit/words.js';
import type { FactsView, ListedThings, NoteView, PageHead, SectionHead } from '../../platform/pages/components.js';
import { table, type TableView } from '../../platform/pages/components.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { OwnRoleLine, WhyChoice, WhyView } from './access.service.js';
import { groupsOf, lentWords, peopleWords } from './access.view.js';
import { scopeWords } from './role-words.js';
import { toYou } from './to-you.js';

interface WhyChoicesPage {
  readonly title: string;
  readonly head: PageHead;
  readonly table: TableView;
}

/** Where nothing is asked about yet: all that can be. */
export function whyChoicesPage(choices: readonly WhyChoice[], texts: Texts): WhyChoicesPage {
  const title = texts.t('why.title');
  return {
    title,
    head: { title, lead: texts.t('why.choose'), actions: [{ label: texts.t('why.own.all'), href: '/me/access' }] },
    table: table({
      id: 'why-choices',
      caption: title,
      columns: [{ key: 'what', label: texts.t('access.what') }],
      groups: groupsOf(choices, texts).map(({ noun, rows }) => ({
        label: kindWords(texts, noun),
        rows: rows.map(({ permission, meaning }) => ({
          what: { text: meaning, href: `/why?permission=${permission}` },
        })),
      })),
      stack: true,
    }),
  };
}

export interface WhyPage {
  readonly title: string;
  readonly head: PageHead;
  readonly note: NoteView;
  readonly ownHead: SectionHead;
  readonly own?: ListedThings;
  readonly noOwn: string;
  readonly rolesHead: SectionHead;
  readonly roles: ListedThings;
  readonly askHead: SectionHead;
  readonly ask: FactsView;
}

export function whyPage(view: WhyView, { helpPhone, texts }: { helpPhone: string | null; texts: Texts }): WhyPage {
  const title = texts.t('why.title');
  const { by, administrators, registers } = view;
  const members = by.filter(({ standing }) => standing !== undefined);
  const isMember = members.length > 0 && members.length === by.length;
  const help = helpPhone === null || helpPhone === '' ? [] : [{ label: texts.t('why.help'), value: helpPhone }];
  return {
    title,
    head: { title, lead: texts.t('why.lead', { meaning: toYou(view.meaning) }) },
    note: verdictNote(view, texts),
    ownHead: {
      title: texts.t(isMember ? 'why.own.member' : 'why.own'),
      id: 'own',
      link: { label: texts.t('why.own.all'), href: '/me/access' },
    },
    own: by.length === 0 ? undefined : { items: by.map((line) => ownItem(texts, line)) },
    noOwn: texts.t('why.own.none'),
    rolesHead: { title: texts.t('why.roles'), id: 'roles' },
    roles: { items: roleItems(texts, view) },
    askHead: {
      title: texts.t('why.ask'),
      id: 'ask',
      lead: registers ? undefined : texts.t(isMember ? 'why.ask.member' : 'why.ask.lead'),
    },
    ask: {
      items: [
        ...(registers
          ? [
              {
                label: texts.t('why.register'),
                link: { label: texts.t('why.register.link'), href: '/organizations/register' },
              },
            ]
          : []),
        ...members.map(({ standing, scopeName }) => ({
          label: texts.t('why.deciders', { where: scopeName ?? '' }),
          value: standing?.deciders.length === 0 ? texts.t('access.nobody') : (standing?.deciders.join(', ') ?? ''),
        })),
        ...(isMember || registers
          ? []
          : [{ label: texts.t('why.administrators'), value: peopleWords(texts, administrators) }]),
        ...help,
      ],
    },
  };
}

function verdictNote({ everyone, by, registers }: WhyView, texts: Texts): NoteView {
  if (registers) {
    return { tone: 'gold', title: texts.t('why.verdict.register'), text: texts.t('why.verdict.register.more') };
  }
  if (!everyone && by.length === 0) {
    return { tone: 'gold', title: texts.t('why.verdict.no_role'), text: texts.t('why.verdict.no_role.more') };
  }
  if (!everyone && by.every(({ withheld }) => withheld)) {
    const link = { label: texts.t('why.verdict.withheld.link'), href: '/me/second-factor' };
    return { tone: 'gold', title: texts.t('why.verdict.withheld'), text: texts.t('why.verdict.withheld.more'), link };
  }
  if (by.length > 0 && by.every(({ lent }) => lent !== undefined)) {
    return { tone: 'blue', title: texts.t('why.verdict.lent'), text: texts.t('why.verdict.lent.more') };
  }
  if (by.length > 0 && by.every(({ standing }) => standing !== undefined)) {
    return { tone: 'blue', title: texts.t('why.verdict.member'), text: texts.t('why.verdict.member.more') };
  }
  return { tone: 'blue', title: texts.t('why.verdict.elsewhere'), text: texts.t('why.verdict.elsewhere.more') };
}

function ownItem(texts: Texts, line: OwnRoleLine): ListedThings['items'][number] {
  const where = scopeWords(texts, line);
  const { standing } = line;
  if (standing !== undefined) {
    const parts = standing.parts.map(({ label }) => label).join(', ');
    return {
      title: texts.t('why.own.part', { parts, where: line.scopeName ?? where }),
      note: standing.parts.map(({ may }) => may).join(' '),
    };
  }
  const condition = conditionWords(texts, line.condition);
  // For the whole agency it needs no more words.
  const isPlain = condition === undefined || (line.scopeKind === 'agency' && PLAIN.has(line.condition));
  return {
    title: line.lent === undefined ? texts.t(`role.${line.role}`) : lentWords(texts, line.lent),
    note: isPlain ? where : texts.t('why.own.line', { where, condition }),
  };
}

const PLAIN: ReadonlySet<string> = new Set([withinScope.meaning, agencyWide.meaning]);
/** More states than these are some of its stages. */
const MOST_STATES = 3;

/** When a role counts, as a reader wants it: nothing where it always does, and no list of a dozen states. */
function conditionWords(texts: Texts, condition: string): string | undefined {
  if (condition === anywhere.meaning) return undefined;
  const [before = condition, states] = condition.split(', while ');
  return states === undefined || states.split(' or ').length <= MOST_STATES
    ? condition
    : texts.t('access.stages', { condition: before });
}

function roleItems(texts: Texts, { everyone, roles }: WhyView): ListedThings['items'] {
  if (everyone) return [{ title: texts.t('access.everyone') }];
  return roles.map(({ role, condition }) => ({
    title: texts.t(`role.${role}`),
    note: conditionWords(texts, condition),
  }));
}
