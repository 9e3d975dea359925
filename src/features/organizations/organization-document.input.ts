/** What is sent with a document of an organization. */
import { Choice, DateField, FileField, Ref, Text } from '../../platform/input/fields.js';
import { DOCUMENT_KINDS, type OrganizationDocumentKind } from './organization-document.entity.js';

export class OrganizationDocumentInput {
  @Choice(DOCUMENT_KINDS, { label: 'organization_document.field.kind' })
  kind: OrganizationDocumentKind;

  @FileField({ label: 'organization_document.field.file' })
  fileId: string;

  @DateField({ label: 'organization_document.field.issued_on', optional: true })
  issuedOn?: string;

  @DateField({ label: 'organization_document.field.expires_on', optional: true })
  expiresOn?: string;

  @Text({ label: 'organization_document.field.note', optional: true, max: 200 })
  note?: string;

  /** The one it takes the place of. */
  @Ref({ label: 'organization_document.field.replaces', optional: true })
  replacesId?: string;
}
