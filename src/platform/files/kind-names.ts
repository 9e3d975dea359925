/** The kinds of files that are taken at all, and what a file picker offers for some of them. */

export const FILE_KINDS = ['pdf', 'jpg', 'png', 'heic', 'docx', 'xlsx', 'pptx', 'odt', 'ods', 'csv'] as const;
export type FileKindName = (typeof FILE_KINDS)[number];

/** What proves something that was paid: a PDF or a picture. A field for a file takes these when it says nothing else. */
export const RECEIPT_KINDS: readonly FileKindName[] = ['pdf', 'jpg', 'png', 'heic'];

export const MIME_OF_KIND: Readonly<Record<FileKindName, string>> = {
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  png: 'image/png',
  heic: 'image/heic',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  csv: 'text/csv',
};

/** What people call them. */
const WORDS: Readonly<Record<FileKindName, string>> = {
  pdf: 'PDF',
  jpg: 'JPEG',
  png: 'PNG',
  heic: 'HEIC',
  docx: 'Word (.docx)',
  xlsx: 'Excel (.xlsx)',
  pptx: 'PowerPoint (.pptx)',
  odt: 'OpenDocument text (.odt)',
  ods: 'OpenDocument spreadsheet (.ods)',
  csv: 'CSV',
};

const OR = new Intl.ListFormat('en-US', { type: 'disjunction', style: 'long' });
const PICTURES: readonly FileKindName[] = ['jpg', 'png', 'heic'];

/** `PDF, JPEG, PNG or HEIC`. */
export function wordsOf(kinds: readonly FileKindName[]): string {
  return OR.format(kinds.map((kind) => WORDS[kind])).replace(/, or /, ' or ');
}

/**
 * What a file picker offers; what counts is what is in the file. All pictures where any is taken: a phone then turns its
 * own format into a JPEG that everybody can look at, which it does not where that format is named.
 */
export function acceptedBy(kinds: readonly FileKindName[]): string {
  const others = kinds.filter((kind) => !PICTURES.includes(kind));
  return [
    ...(others.length < kinds.length ? ['image/*'] : []),
    ...others.flatMap((kind) => [MIME_OF_KIND[kind], `.${kind}`]),
  ].join(',');
}

export function kindOfMime(mime: string): FileKindName | undefined {
  return FILE_KINDS.find((kind) => MIME_OF_KIND[kind] === mime);
}
