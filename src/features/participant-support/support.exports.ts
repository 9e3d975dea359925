/** Stipends and childcare claims as files, for the staff who see their lists. */
import { Injectable } from '@nestjs/common';
import { Money } from '../../kernel/money.js';
import { Texts } from '../../platform/texts/texts.js';
import { type ExportableList, pagesOf } from '../documents/index.js';
import { ChildcareClaimMachine } from './childcare-claim.machine.js';
import { ChildcareClaims } from './childcare-claims.service.js';
import { hoursOf } from './hours.js';
import { StipendMachine } from './stipend.machine.js';
import { Stipends } from './stipends.service.js';
import { ClaimListQuery, StipendListQuery } from './support.input.js';

@Injectable()
export class SupportExports {
  constructor(
    private readonly texts: Texts,
    private readonly stipends: Stipends,
    private readonly stipendStates: StipendMachine,
    private readonly claims: ChildcareClaims,
    private readonly claimStates: ChildcareClaimMachine,
  ) {}

  stipendList(): ExportableList<StipendListQuery> {
    return {
      ...{ list: 'stipends', titleKey: 'support.staff.title', path: '/support/stipends', permission: 'support.read' },
      query: StipendListQuery,
      columns: [
        { labelKey: 'stipend.field.person' },
        { labelKey: 'seat.field.role' },
        { labelKey: 'stipend.field.team' },
        { labelKey: 'stipend.field.convening' },
        { labelKey: 'convening.field.date', kind: 'date' },
        { labelKey: 'childcare_claim.field.hours', kind: 'number' },
        { labelKey: 'stipend.field.state' },
        { labelKey: 'stipend.field.amount', kind: 'money' },
      ],
      rows: (actor, query) =>
        pagesOf(
          query,
          (each) => this.stipends.list(actor, each),
          (row) => [
            ...[row.personName, this.texts.t(`seat.field.role.${row.role}`), row.teamName, row.conveningName],
            ...[row.conveningOn, hoursOf(row.minutes), this.stipendStates.state(row.state).label],
            Money.ofCents(row.amountCents),
          ],
        ),
    };
  }

  claimList(): ExportableList<ClaimListQuery> {
    return {
      ...{ list: 'childcare-claims', titleKey: 'childcare_claim.list.title', path: '/support/claims' },
      ...{ permission: 'support.read', query: ClaimListQuery },
      columns: [
        { labelKey: 'stipend.field.person' },
        { labelKey: 'stipend.field.convening' },
        { labelKey: 'convening.field.date', kind: 'date' },
        { labelKey: 'childcare_claim.field.children', kind: 'number' },
        { labelKey: 'childcare_claim.field.hours', kind: 'number' },
        { labelKey: 'childcare_claim.field.state' },
        { labelKey: 'stipend.field.amount', kind: 'money' },
      ],
      rows: (actor, query) =>
        pagesOf(
          query,
          (each) => this.claims.list(actor, each),
          (row) => [
            ...[row.personName, row.conveningName, row.conveningOn, row.children, hoursOf(row.minutes)],
            ...[this.claimStates.state(row.state).label, Money.ofCents(row.amountCents)],
          ],
        ),
    };
  }
}
