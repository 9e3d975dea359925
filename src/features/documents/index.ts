/** Documents: letters, agreements and reports that were generated, and files that people handed in. */
import type { Feature } from '../../platform/feature.js';
import { Attachment, AttachmentChunk } from './attachment.entity.js';
import { Attachments } from './attachments.service.js';
import { Document, DocumentRequest } from './document.entity.js';
import { documentRequestLifecycle } from './document.lifecycle.js';
import { DocumentsModule } from './documents.module.js';
import { documentsPermissions } from './documents.policy.js';
import { Documents } from './documents.service.js';

export { type ChangedFile, verifyFiles } from './files.verify.js';
export {
  type AttachmentFacts,
  AttachmentReaders,
  Attachments,
  type AttachmentView,
  attachmentUrl,
} from './attachments.service.js';
export {
  documentEffect,
  type DocumentEffect,
  type DocumentKind,
  DocumentKinds,
  DocumentReaders,
  fingerprintOf,
} from './document-kinds.js';
export { Documents, type DocumentRequestView, type DocumentView, RENDER_TOPIC } from './documents.service.js';
export { DocumentsModule } from './documents.module.js';

export const documentsFeature: Feature = {
  name: 'documents',
  module: DocumentsModule,
  entities: [Document, DocumentRequest, Attachment, AttachmentChunk],
  permissions: [documentsPermissions],
  lifecycles: [documentRequestLifecycle],
  menu: [],
  jobs: [Documents],
  housekeepers: [Attachments],
};
