/** qrCode: a text as a picture a phone can read, drawn as one path; the page needs neither script nor inline style. */
import encodeQR from 'qr';

export interface QrView {
  /** Width and height in modules, with the quiet edge around it. */
  readonly size: number;
  readonly path: string;
  /** What those hear who do not see it. */
  readonly label: string;
}

const QUIET_EDGE = 4;

export function qrCode(text: string, label: string): QrView {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_EDGE });
  return { size: rows.length, path: rows.map(lineOf).join(''), label };
}

/** The dark modules of one row, neighbors as one stroke. */
function lineOf(row: readonly boolean[], y: number): string {
  let line = '';
  for (let x = 0; x < row.length; x += 1) {
    if (row[x] !== true) continue;
    let end = x;
    while (row[end + 1] === true) end += 1;
    line += `M${x} ${y}h${end - x + 1}v1h-${end - x + 1}z`;
    x = end;
  }
  return line;
}
