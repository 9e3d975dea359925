/** Decimals as text, compared without floating point: "1250.00" and "1250" are the same. */
const DECIMAL = /^(-)?(\d{1,15})(?:\.(\d{1,6}))?$/;
const TYPED = /^([-\u2212])?\s*(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d*))?$/;
const SCALE = 6;

/** In millionths; nothing for what is no decimal. */
function scaled(text: string): bigint | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, minus, whole = '0', fraction = ''] = match;
  const size = BigInt(whole + fraction.padEnd(SCALE, '0'));
  return minus === undefined ? size : -size;
}

/** Below zero, zero or above it; nothing when one of them is no decimal. */
export function compareDecimals(left: string, right: string): number | undefined {
  const [a, b] = [scaled(left), scaled(right)];
  if (a === undefined || b === undefined) return undefined;
  return a < b ? -1 : a > b ? 1 : 0;
}

export const isDecimal = (text: string): boolean => DECIMAL.test(text);

/** Reads what a person typed, such as `1,250.5`, as a plain decimal; nothing when it has more digits than it may. */
export function readDecimal(text: string, decimals: number): string | undefined {
  const match = TYPED.exec(text.trim());
  if (match === null) return undefined;
  const [, minus, whole, fraction = ''] = match;
  if (whole === undefined && fraction === '') return undefined;
  const digits = (whole ?? '0').replaceAll(',', '').replace(/^0+(?=\d)/, '');
  const rest = fraction.replace(/0+$/, '');
  if (digits.length > 12 || rest.length > Math.min(decimals, SCALE)) return undefined;
  const size = rest === '' ? digits : `${digits}.${rest}`;
  return minus === undefined || !/[1-9]/.test(size) ? size : `-${size}`;
}

/** With commas between the thousands, for people; of four digits none, which may be a year. */
export function showDecimal(text: string): string {
  const [whole = '', fraction] = text.replace('-', '').split('.');
  const grouped = whole.length < 5 ? whole : whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const minus = text.startsWith('-') ? '\u2212' : '';
  return `${minus}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}
