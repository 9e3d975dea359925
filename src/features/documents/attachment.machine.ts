/** AttachmentMachine: the one place where the state of a file that was handed in changes. */
import { Injectable } from '@nestjs/common';
import { FileScanner } from '../../platform/files/scanner.js';
import { Stateful } from '../../platform/database/stateful.js';
import { Attachment } from './attachment.entity.js';
import { type AttachmentLifeFacts, attachmentLifecycle } from './attachment.lifecycle.js';

/** The scanner that is set, or none. */
export class ScannerInForce {
  constructor(readonly scanner: FileScanner | undefined) {}
}

@Injectable()
export class AttachmentMachine extends Stateful<Attachment, AttachmentLifeFacts> {
  constructor({ scanner }: ScannerInForce) {
    super({
      entity: Attachment,
      lifecycle: attachmentLifecycle,
      readPermission: 'quarantine.read',
      subjectOf: () => ({}),
      facts: (_from, rows) =>
        Promise.resolve(new Map(rows.map(({ id }) => [id, { id, scannerIsSet: scanner !== undefined }]))),
    });
  }
}
