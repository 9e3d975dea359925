/** Documents: letters, agreements and reports that were generated, and files that people handed in. */
import type { Feature } from '../../platform/feature.js';
import { Attachment, AttachmentChunk } from './attachment.entity.js';
import { attachmentLifecycle } from './attachment.lifecycle.js';
import { AttachmentScans } from './attachment-scans.service.js';
import { Attachments } from './attachments.service.js';
import { Document, DocumentRequest } from './document.entity.js';
import { documentRequestLifecycle } from './document.lifecycle.js';
import { DocumentsModule } from './documents.module.js';
import { documentsPermissions } from './documents.policy.js';
import { Documents } from './documents.service.js';
import { DocumentsTasks } from './documents.tasks.js';
import { documentsPersonalData } from './documents.personal-data.js';
import { ListExport } from './list-export.entity.js';
import { listExportLifecycle } from './list-export.lifecycle.js';
import { ListExports } from './list-exports.service.js';

export { verifyFiles } from './files.verify.js';
export { Attachments, type AttachmentView, attachmentUrl, fileNote } from './attachments.service.js';
export { fileIsKept, fileRemovals } from './file-disposal.js';
export { AttachmentReaders, type AttachmentRules } from './attachment.readers.js';
export { documentEffect, type DocumentKind, DocumentKinds, DocumentReaders, fingerprintOf } from './document-kinds.js';
export { Documents, type DocumentRequestView, type DocumentView } from './documents.service.js';
export { exportLink, pagesOf } from './list-export.pages.js';
export { type ExportableList, ListExportSources } from './list-export.sources.js';
export { ListExports };
export { DocumentsModule } from './documents.module.js';

export const documentsFeature: Feature = {
  name: 'documents',
  module: DocumentsModule,
  entities: [Document, DocumentRequest, Attachment, AttachmentChunk, ListExport],
  permissions: [documentsPermissions],
  lifecycles: [documentRequestLifecycle, attachmentLifecycle, listExportLifecycle],
  menu: [],
  tasks: [DocumentsTasks],
  jobs: [Documents, AttachmentScans, ListExports],
  housekeepers: [Attachments, AttachmentScans, ListExports],
  personalData: documentsPersonalData,
};
