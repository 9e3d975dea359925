/** The documents module. */
import { Module } from '@nestjs/common';
import { DocumentKinds, DocumentReaders } from './document-kinds.js';
import { DocumentsApi, DocumentsPages } from './documents.controllers.js';
import { Documents } from './documents.service.js';

@Module({
  controllers: [DocumentsApi, DocumentsPages],
  providers: [Documents, DocumentKinds, DocumentReaders],
  exports: [Documents, DocumentKinds, DocumentReaders],
})
export class DocumentsModule {}
