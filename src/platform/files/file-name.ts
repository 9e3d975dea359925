/** cleanFileName: what somebody's device called a file, made safe to store, to show and to save anywhere. */
import { oneLine } from '../../kernel/writing.js';

const MOST_CHARACTERS = 120;
/** Names that Windows keeps for devices. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * Without folders, without characters that cannot be seen or turn the reading direction, and with the one ending that
 * says what the file is, whatever ending it came with.
 */
export function cleanFileName(sent: string | undefined, extension: string): string {
  const plain = plainFileName(sent);
  const base = trimmed(withoutEnding(trimmed(plain), extension));
  const chosen = base === '' || DEVICE.test(base) ? `file${base === '' ? '' : `-${base}`}` : base;
  const most = MOST_CHARACTERS - extension.length - 1;
  return `${trimmed([...chosen].slice(0, most).join(''))}.${extension}`;
}

/** As its sender calls it, to be shown: without folders and characters that cannot be seen. */
export function plainFileName(sent: string | undefined): string {
  const name = [...oneLine((sent ?? '').slice(0, 1000))].join('');
  const last = name.split(/[/\\]/).at(-1) ?? '';
  return (
    last
      // Controls, marks without a shape, line separators, halves of characters and private ones.
      .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, '')
      .replace(/[<>:"|?*%]+/g, '-')
      .replace(/\s+/g, ' ')
  );
}

/** `scan.pdf.exe` that is a PDF is `scan`. */
function withoutEnding(name: string, extension: string): string {
  const once = name.replace(/\.[A-Za-z][A-Za-z0-9]{0,9}\s*$/, '');
  return once.toLowerCase().endsWith(`.${extension}`) ? once.slice(0, -extension.length - 1) : once;
}

/** A name that begins with a dot is hidden, one that ends with a dot cannot be saved everywhere. */
const trimmed = (name: string): string => name.replace(/^[\s.]+|[\s.]+$/g, '');
