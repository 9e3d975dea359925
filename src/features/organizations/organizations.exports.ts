/** The list of organizations as a file; neither tax numbers nor contacts are in it. */
import type { Texts } from '../../platform/texts/texts.js';
import { type ExportableList, pagesOf } from '../documents/index.js';
import { OrganizationListQuery } from './organization.input.js';
import type { Organizations } from './organizations.service.js';

export function organizationsExport(texts: Texts, organizations: Organizations): ExportableList<OrganizationListQuery> {
  return {
    ...{ list: 'organizations', titleKey: 'organization.list.title', path: '/organizations' },
    ...{ permission: 'organization.read', query: OrganizationListQuery },
    columns: [
      { labelKey: 'organization.field.name' },
      { labelKey: 'organization.field.legal_name' },
      { labelKey: 'organization.field.kind' },
      { labelKey: 'organization.field.uei' },
      { labelKey: 'organization.field.city' },
      { labelKey: 'organization.field.annual_budget', kind: 'money' },
    ],
    rows: (actor, query) =>
      pagesOf(
        query,
        (each) => organizations.list(actor, each),
        (row) => [
          ...[row.name, row.legalName, texts.t(`organization.field.kind.${row.kind}`), row.uei, row.city],
          row.annualBudget,
        ],
      ),
  };
}
