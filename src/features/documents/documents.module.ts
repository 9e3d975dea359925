/** The documents module; global, because every form with a file hands it to the keeper of files. */
import { Global, Module, type OnModuleInit } from '@nestjs/common';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/tokens.js';
import { rawSql, sql } from '../../platform/database/sql.js';
import { FileKeeper } from '../../platform/files/file-keeper.js';
import { ClamScanner } from '../../platform/files/scanner.js';
import { AuditScopes } from '../audit/index.js';
import { AttachmentMachine, ScannerInForce } from './attachment.machine.js';
import { AttachmentReaders } from './attachment.readers.js';
import { AttachmentScans } from './attachment-scans.service.js';
import { AttachmentsApi, AttachmentsPages } from './attachments.controllers.js';
import { Attachments } from './attachments.service.js';
import { DocumentKinds, DocumentReaders } from './document-kinds.js';
import { DocumentsApi, DocumentsPages } from './documents.controllers.js';
import { Documents } from './documents.service.js';
import { DocumentsTasks } from './documents.tasks.js';
import { ListExportPageViews } from './list-export.page-view.js';
import { ListExportSources } from './list-export.sources.js';
import { ListExportsApi, ListExportsPages } from './list-exports.controllers.js';
import { ListExports } from './list-exports.service.js';
import { QuarantineApi, QuarantinePages } from './quarantine.controllers.js';
import { Quarantine } from './quarantine.service.js';
import { QuarantineViews } from './quarantine.view.js';

const scannerOf = ({ clamavSocket }: Config): ScannerInForce =>
  new ScannerInForce(clamavSocket === undefined ? undefined : new ClamScanner(clamavSocket));

@Global()
@Module({
  controllers: [
    DocumentsApi,
    DocumentsPages,
    AttachmentsApi,
    AttachmentsPages,
    QuarantineApi,
    QuarantinePages,
    ListExportsApi,
    ListExportsPages,
  ],
  providers: [
    Documents,
    DocumentKinds,
    DocumentReaders,
    Attachments,
    AttachmentMachine,
    AttachmentReaders,
    AttachmentScans,
    DocumentsTasks,
    Quarantine,
    QuarantineViews,
    ListExports,
    ListExportSources,
    ListExportPageViews,
    { provide: ScannerInForce, inject: [CONFIG], useFactory: scannerOf },
    { provide: FileKeeper, useExisting: Attachments },
  ],
  exports: [Documents, DocumentKinds, DocumentReaders, Attachments, AttachmentReaders, FileKeeper, ListExportSources],
})
export class DocumentsModule implements OnModuleInit {
  constructor(private readonly trail: AuditScopes) {}

  onModuleInit(): void {
    // That a letter was asked for says that there is what it is about.
    const [type, about] = [rawSql('asked.subject_type'), rawSql('asked.subject_id')];
    this.trail.register(
      'document_request',
      (actor, id) => sql`coalesce((select ${this.trail.ofThing(actor, type, about, 'document_request')}
        from document_requests asked where asked.id = ${id}), true)`,
    );
  }
}
