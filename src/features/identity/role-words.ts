/** Words for a role somebody holds: where, when, and who gave it. */
import type { Texts } from '../../platform/texts/texts.js';
import type { GrantView } from './people.service.js';

/** Where a role is held, in words. */
export function scopeWords(texts: Texts, grant: Pick<GrantView, 'scopeKind' | 'scopeName'>): string {
  const kind = texts.t(`scope.${grant.scopeKind}`);
  return grant.scopeName === null ? kind : texts.t('scope.named', { kind, name: grant.scopeName });
}

export function period(texts: Texts, grant: GrantView): string {
  return grant.endsOn === null
    ? texts.t('role.since', { from: grant.startsOn })
    : texts.t('role.from_to', { from: grant.startsOn, to: grant.endsOn });
}

export const grantedBy = (texts: Texts, { grantedBy: name, confirmedBy, state }: GrantView): string => {
  if (name === null) return texts.t('role.granted_by_system');
  if (state === 'proposed') return texts.t('role.proposed_by', { name });
  return confirmedBy === null
    ? texts.t('role.granted_by', { name })
    : texts.t('role.granted_and_confirmed_by', { name, confirmedBy });
};
