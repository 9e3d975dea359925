/** What is sent when a program hands in a file. */
import { FileField } from '../../platform/input/fields.js';

export class AttachmentInput {
  @FileField({ label: 'attachment.field.file' })
  file: string;
}
