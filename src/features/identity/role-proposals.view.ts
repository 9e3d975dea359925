/** What the page about a person shows of roles that wait for a second administrator. */
import type { Actor } from '../../kernel/actor.js';
import { type CellInput, type SectionHead, table, type TableView } from '../../platform/pages/components.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { GrantView, PersonView } from './people.service.js';
import { grantedBy, period, scopeWords } from './role-words.js';
import type { StandingAdministrator } from './standing.js';

export interface ProposalParts {
  readonly person: PersonView;
  readonly actor: Actor;
  readonly administrators: readonly StandingAdministrator[];
  readonly may: (permission: string) => boolean;
  readonly texts: Texts;
}

export interface ProposalsView {
  readonly waitingHead?: SectionHead;
  readonly waiting?: TableView;
}

export function proposalsView(parts: ProposalParts): ProposalsView {
  const { person, texts } = parts;
  const proposed = person.grants.filter(({ state }) => state === 'proposed');
  if (proposed.length === 0) return {};
  const title = texts.t('role.waiting.title');
  return {
    waitingHead: { title, id: 'waiting', lead: texts.t('role.waiting.lead') },
    waiting: table({
      id: 'waiting-table',
      caption: title,
      columns: [
        { key: 'role', label: texts.t('role.field.role') },
        { key: 'when', label: texts.t('role.field.when') },
        { key: 'reason', label: texts.t('role.field.reason') },
        { key: 'confirm', label: texts.t('role.confirm'), unlabeled: true },
        { key: 'decline', label: texts.t('role.decline'), unlabeled: true },
      ],
      rows: proposed.map((grant) => ({
        role: { text: texts.t(`role.${grant.role}`), note: scopeWords(texts, grant) },
        when: period(texts, grant),
        reason: { text: grant.reason, note: grantedBy(texts, grant) },
        confirm: confirmCell(parts, grant),
        decline: declineCell(parts, grant),
      })),
      stack: true,
    }),
  };
}

/** The button, or who can press it. */
function confirmCell({ person, actor, administrators, may, texts }: ProposalParts, grant: GrantView): CellInput {
  const barred = [person.id, grant.grantedById];
  const able = administrators.filter(({ id }) => !barred.includes(id));
  if (actor.kind === 'person' && may('role.confirm') && !barred.includes(actor.personId)) {
    const about = texts.t(`role.${grant.role}`);
    const action = `/people/${person.id}/roles/${grant.id}/confirm`;
    return { button: { label: texts.t('role.confirm'), about, action, primary: true } };
  }
  if (able.length === 0) return texts.t('role.waiting.nobody');
  const names = able.slice(0, 3).map(({ name }) => name);
  return texts.t('role.waiting.for', { names: names.join(', ') });
}

function declineCell({ person, actor, may, texts }: ProposalParts, grant: GrantView): CellInput {
  if (actor.kind !== 'person' || !may('role.decline') || actor.personId === person.id) return undefined;
  return {
    button: {
      label: texts.t(actor.personId === grant.grantedById ? 'role.take_back' : 'role.decline'),
      about: texts.t(`role.${grant.role}`),
      action: `/people/${person.id}/roles/${grant.id}/decline`,
      needsNote: true,
    },
  };
}
