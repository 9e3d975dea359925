/** What is sent when a program hands in a file. */
import { FILE_KINDS } from '../../platform/files/kind-names.js';
import { FileField } from '../../platform/input/fields.js';

export class AttachmentInput {
  @FileField({ label: 'attachment.field.file', accept: FILE_KINDS })
  file: string;
}
