/** Tax numbers and bank accounts: what can be one at all. Pure, and silent about the number itself. */
import { normalizeNumber } from '../../platform/secrets/secrets.js';

const DIGITS_OF_A_TIN = 9;
/** The fourth and fifth digit of an ITIN, as the IRS gives them out. */
const isItinGroup = (group: number): boolean =>
  (group >= 50 && group <= 65) || (group >= 70 && group <= 88) || (group >= 90 && group <= 99 && group !== 93);

/** Undefined when it can be a number of this sort; otherwise the code of the sentence that says what to enter. */
export function tinProblem(detail: string, text: string): string | undefined {
  const digits = normalizeNumber(text);
  if (digits.length !== DIGITS_OF_A_TIN || /[^\d\s-]/.test(text)) return 'payee_secret.tin_digits';
  const [area, group, serial] = [digits.slice(0, 3), digits.slice(3, 5), digits.slice(5)];
  if (detail === 'itin')
    return area.startsWith('9') && isItinGroup(Number(group)) ? undefined : 'payee_secret.not_itin';
  if (detail === 'ein')
    return /^(\d)\1{8}$/.test(digits) || digits.startsWith('00') ? 'payee_secret.not_ein' : undefined;
  const isNeverGiven = area === '000' || area === '666' || area.startsWith('9') || group === '00' || serial === '0000';
  return isNeverGiven ? 'payee_secret.not_ssn' : undefined;
}

/** A routing number's last digit follows from the others. */
export function isRoutingNumber(text: string): boolean {
  const digits = normalizeNumber(text);
  if (digits.length !== 9 || /[^\d\s-]/.test(text) || digits === '000000000') return false;
  const weights = [3, 7, 1, 3, 7, 1, 3, 7, 1];
  return [...digits].reduce((sum, digit, index) => sum + Number(digit) * (weights[index] ?? 0), 0) % 10 === 0;
}

export function isAccountNumber(text: string): boolean {
  const digits = normalizeNumber(text);
  return digits.length >= 4 && digits.length <= 17 && !/[^\d\s-]/.test(text);
}
