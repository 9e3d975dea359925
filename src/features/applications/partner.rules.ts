/** Pure: where a partner stands, and what an application waits for. */
import { createHash } from 'node:crypto';
import type { Sentence } from '../../kernel/errors.js';
import type { Tone } from '../../kernel/lifecycle.js';
import type { Money } from '../../kernel/money.js';

/** What a partner confirms: another word or another dollar is another part. */
export interface PartnerPart {
  readonly name: string;
  readonly role: string;
  readonly level: string;
  readonly share: Money;
}

export interface PartnerMarks {
  readonly invitedAt: Date | null;
  readonly confirmedAt: Date | null;
  readonly confirmedFingerprint: string | null;
  readonly declinedAt: Date | null;
}

export type PartnerState = 'named' | 'asked' | 'confirmed' | 'changed' | 'declined';

export const PARTNER_TONES: Readonly<Record<PartnerState, Tone>> = {
  named: 'idle',
  asked: 'waiting',
  confirmed: 'done',
  changed: 'attention',
  declined: 'attention',
};

export interface PartnerWaiting {
  readonly name: string;
  readonly state: Exclude<PartnerState, 'confirmed'>;
}

/** SHA-256 of what is confirmed, in hexadecimal. */
export function partFingerprint({ name, role, level, share }: PartnerPart): string {
  return createHash('sha256')
    .update(JSON.stringify([name, role, level, share.cents.toString()]))
    .digest('hex');
}

export function partnerState(partner: PartnerPart & PartnerMarks): PartnerState {
  if (partner.declinedAt !== null) return 'declined';
  if (partner.confirmedAt !== null) {
    return partner.confirmedFingerprint === partFingerprint(partner) ? 'confirmed' : 'changed';
  }
  return partner.invitedAt === null ? 'named' : 'asked';
}

/** One sentence for each partner it waits for, which says what to do. */
export function partnerBlockers({
  partnersWaiting,
}: {
  readonly partnersWaiting: readonly PartnerWaiting[];
}): Sentence[] {
  return partnersWaiting.map(({ name, state }) => ({ code: `application.partner_${state}`, params: { name } }));
}

const WAITING_CODES: ReadonlySet<string> = new Set(
  ['named', 'asked', 'changed', 'declined'].map((state) => `application.partner_${state}`),
);

/** Whether it is a partner's confirmation that is missing: the page of confirmations is where it is asked for. */
export const waitsForPartner = ({ code }: Sentence): boolean => WAITING_CODES.has(code);

/** A partner in one line; without a part of the budget, nothing is said of one. */
export function partnerWords(
  t: (key: string, params?: Readonly<Record<string, unknown>>) => string,
  { role, level, share }: Omit<PartnerPart, 'name'>,
): string {
  const key = share.isPositive ? 'application.partner.line' : 'application.partner.line_plain';
  return t(key, { role, level: t(`application.field.level.${level}`), share });
}
