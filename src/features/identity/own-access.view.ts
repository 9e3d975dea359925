/** What somebody may do, as they want to know it: by each of their roles, since when, until when and why. */
import type { ListedThings, PageHead, SectionHead } from '../../platform/pages/components.js';
import { kindWords } from '../../platform/audit/words.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { OwnAccessRow, OwnRoleLine } from './access.service.js';
import { groupsOf, lentWords } from './access.view.js';
import type { GrantView } from './people.service.js';
import { grantedBy, period, scopeWords } from './role-words.js';
import { toYou } from './to-you.js';

interface OwnRole {
  readonly head: SectionHead;
  /** Where it is held, until when, and why. */
  readonly held: ListedThings;
  /** What it includes, thing by thing. */
  readonly can: ListedThings;
  /** Where it unfolds, because more is said above or everybody may do it: how the fold is called. */
  readonly fold?: string;
}

export interface OwnAccessPage {
  readonly title: string;
  readonly head: PageHead;
  readonly roles: readonly OwnRole[];
}

export interface OwnAccessParts {
  readonly rows: readonly OwnAccessRow[];
  readonly grants: readonly GrantView[];
  readonly texts: Texts;
}

export function ownAccessPage({ rows, grants, texts }: OwnAccessParts): OwnAccessPage {
  const title = texts.t('access.own.title');
  const lines = new Map<string, { lines: OwnRoleLine[]; rows: OwnAccessRow[] }>();
  for (const row of rows) {
    for (const line of row.by) {
      const of = lines.get(titleOf(texts, line)) ?? { lines: [], rows: [] };
      if (!of.lines.some((each) => each.scopeId === line.scopeId)) of.lines.push(line);
      if (!of.rows.includes(row)) of.rows.push(row);
      lines.set(titleOf(texts, line), of);
    }
  }
  const everyone = rows.filter((row) => row.everyone);
  return {
    title,
    head: {
      crumbs: [{ label: texts.t('access.own.account'), href: '/me' }],
      title,
      lead: texts.t('access.own.lead'),
      actions: [{ label: texts.t('why.title'), href: '/why' }],
    },
    roles: [
      ...[...lines].map(([name, of], at) => ({
        head: { title: name, id: `role-${at + 1}` },
        held: { items: of.lines.map((line) => heldItem(texts, line, grants)) },
        can: { items: things(texts, of.rows) },
        ...(of.lines.some(({ standing }) => standing !== undefined) && { fold: texts.t('access.own.fold') }),
      })),
      {
        head: { title: texts.t('access.everyone'), id: 'everyone', lead: texts.t('access.own.everyone') },
        held: { items: [] },
        can: { items: things(texts, everyone) },
        fold: texts.t('access.own.fold'),
      },
    ],
  };
}

const titleOf = (texts: Texts, { role, lent }: OwnRoleLine): string =>
  lent === undefined ? texts.t(`role.${role}`) : lentWords(texts, lent);

/** Where one of them is held; of a lent one its heading says for whom and until when. */
function heldItem(texts: Texts, line: OwnRoleLine, grants: readonly GrantView[]): ListedThings['items'][number] {
  const where = scopeWords(texts, line);
  const { standing } = line;
  const parts = standing?.parts.map(({ label }) => label).join(', ');
  const title = parts === undefined ? where : texts.t('why.own.part', { parts, where: line.scopeName ?? where });
  if (line.withheld) return { title, note: texts.t('access.own.waits'), href: '/me/second-factor' };
  const of = grants.find(
    ({ role, scopeKind, scopeId, isLive }) =>
      isLive && role === line.role && scopeKind === line.scopeKind && scopeId === line.scopeId,
  );
  if (line.lent !== undefined || of === undefined) return { title };
  if (standing !== undefined) {
    return { title, note: [...standing.parts.map(({ may }) => may), `${period(texts, of)}.`].join(' ') };
  }
  const words = { when: period(texts, of), by: grantedBy(texts, of), reason: of.reason };
  return { title, note: texts.t(of.reason === '' ? 'access.own.held' : 'access.own.held_why', words) };
}

/** One line for each kind of thing, with all that may be done with it. */
const things = (texts: Texts, rows: readonly OwnAccessRow[]): ListedThings['items'] =>
  groupsOf(rows, texts).map(({ noun, rows: own }) => ({
    title: kindWords(texts, noun),
    note:
      own
        .map(({ meaning, by }) =>
          toYou(
            meaning,
            by.some(({ role }) => role === 'participant'),
          ),
        )
        .join('. ') + '.',
  }));
