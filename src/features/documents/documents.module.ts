/** The documents module; global, because every form with a file hands it to the keeper of files. */
import { Global, Module } from '@nestjs/common';
import { FileKeeper } from '../../platform/files/file-keeper.js';
import { AttachmentsApi, AttachmentsPages } from './attachments.controllers.js';
import { AttachmentReaders, Attachments } from './attachments.service.js';
import { DocumentKinds, DocumentReaders } from './document-kinds.js';
import { DocumentsApi, DocumentsPages } from './documents.controllers.js';
import { Documents } from './documents.service.js';

@Global()
@Module({
  controllers: [DocumentsApi, DocumentsPages, AttachmentsApi, AttachmentsPages],
  providers: [
    Documents,
    DocumentKinds,
    DocumentReaders,
    Attachments,
    AttachmentReaders,
    { provide: FileKeeper, useExisting: Attachments },
  ],
  exports: [Documents, DocumentKinds, DocumentReaders, Attachments, AttachmentReaders, FileKeeper],
})
export class DocumentsModule {}
