/** What the API answers of awards. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { ActionAnswer, StateAnswer } from '../../platform/database/stateful.js';
import type { ListPage } from '../../platform/lists/list.js';
import { type ApiAction, apiActions } from '../../platform/pages/lifecycle-views.js';
import { Texts } from '../../platform/texts/texts.js';
import { sideFor } from '../conflicts/index.js';
import { type Figures, NO_FIGURES, readFigures } from '../ledger/index.js';
import { AwardDocuments, type AwardDocumentView } from './award-documents.js';
import type { Award } from './award.entity.js';
import { stateFor } from './award.labels.js';
import {
  type AwardCategory,
  type AwardSourceLine,
  readAward,
  type AwardIndirectItem,
  readAwardIndirect,
} from './award-reads.js';
import type { AwardListQuery } from './award.input.js';
import { type AwardRow, Awards } from './awards.service.js';

export interface AwardListItem {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly recipient: string;
  readonly organizationId: string;
  readonly state: StateAnswer;
  readonly amount: Money;
  readonly startsOn: string | null;
  readonly endsOn: string | null;
  readonly districts: readonly { readonly name: string; readonly basisPoints: number }[];
  readonly documents: readonly AwardDocumentView[];
}

export interface AwardPartnerView {
  readonly organizationId: string | null;
  readonly name: string;
  readonly role: string | null;
  readonly level: string;
}

export interface AwardSignatureView {
  readonly role: string;
  readonly name: string;
  readonly signedAt: Date;
  readonly documentId: string;
  readonly documentHash: string;
}

export interface AwardView extends Omit<Award, 'state' | 'agreementDocumentId'> {
  readonly state: StateAnswer;
  readonly recipient: string;
  readonly roundName: string;
  readonly sources: readonly AwardSourceLine[];
  readonly budget: readonly (AwardCategory & { readonly figures: Figures })[];
  readonly figures: Figures;
  /** The rates of indirect costs that the award was made with; they stay. */
  readonly indirectCosts: readonly AwardIndirectItem[];
  readonly districts: readonly { readonly name: string; readonly basisPoints: number }[];
  readonly schools: readonly string[];
  readonly partners: readonly AwardPartnerView[];
  readonly conditions: readonly string[];
  readonly signatures: readonly AwardSignatureView[];
  readonly documents: readonly AwardDocumentView[];
  readonly actions: readonly ApiAction[];
}

/** The view and what only the page needs. */
export interface WholeAward {
  readonly award: Award;
  readonly view: AwardView;
  readonly actions: readonly ActionAnswer[];
  /** The reader without what a conflict of interest takes from them. */
  readonly side: Actor;
}

@Injectable()
export class AwardViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly awards: Awards,
    private readonly documents: AwardDocuments,
  ) {}

  async list(
    actor: Actor,
    query: AwardListQuery,
  ): Promise<Omit<ListPage<AwardRow>, 'items'> & { items: AwardListItem[] }> {
    const found = await this.awards.list(actor, query);
    const documents = await this.documents.of(
      this.db,
      found.items.map((row) => row.id),
    );
    const items = found.items.map((row) => this.item(actor, row, documents.get(row.id) ?? []));
    return { ...found, items };
  }

  async one(actor: Actor, id: string): Promise<AwardView> {
    return (await this.whole(actor, id)).view;
  }

  async whole(actor: Actor, id: string): Promise<WholeAward> {
    const award = await this.awards.get(actor, id);
    const side = await sideFor(this.db, actor, award.applicationId);
    const holders = [{ kind: 'award' as const, id }];
    const [indirectCosts, summary, parts, byCategory, all, documents, actions] = await Promise.all([
      readAwardIndirect(this.db, id),
      readAward(this.db, id),
      this.parts(id),
      readFigures(this.db, { holders }, 'category'),
      readFigures(this.db, { holders }, 'all'),
      this.documents.of(this.db, [id]),
      this.awards.machine.actions(this.policy, this.db, side, award),
    ]);
    const { agreementDocumentId: _pinned, ...columns } = award;
    const view: AwardView = {
      ...columns,
      ...parts,
      state: stateFor(actor, award.state),
      recipient: summary.organizationName,
      sources: summary.sources,
      districts: summary.districts,
      budget: summary.budgetLines.map((line) => ({ ...line, figures: byCategory.get(line.category) ?? NO_FIGURES })),
      figures: all.get('all') ?? NO_FIGURES,
      indirectCosts,
      documents: documents.get(id) ?? [],
      actions: apiActions(this.texts, actions),
    };
    return { award, view, actions, side };
  }

  private item(actor: Actor, row: AwardRow, documents: readonly AwardDocumentView[]): AwardListItem {
    const { id, number, title, recipient, organizationId, startsOn, endsOn, districts } = row;
    const state = stateFor(actor, row.state);
    const amount = Money.ofCents(row.amountCents);
    return { id, number, title, recipient, organizationId, state, amount, startsOn, endsOn, districts, documents };
  }

  private async parts(
    id: string,
  ): Promise<Pick<AwardView, 'roundName' | 'schools' | 'partners' | 'conditions' | 'signatures'>> {
    const [round, schools, partners, conditions, signatures] = await Promise.all([
      this.db.find<{ name: string }>(
        sql`select r.name from awards a join rounds r on r.id = a.round_id where a.id = ${id}`,
      ),
      this.db.query<{ name: string }>(sql`select name from award_schools where award_id = ${id} order by name`),
      this.db.query<AwardPartnerView>(sql`
        select organization_id as "organizationId", name, role, level from award_partners
        where award_id = ${id} order by name, id`),
      this.db.query<{ text: string }>(sql`
        select text from award_conditions where award_id = ${id} order by position`),
      this.db.query<AwardSignatureView>(sql`
        select role, name, signed_at as "signedAt", document_id as "documentId", document_hash as "documentHash"
        from award_signatures where award_id = ${id} order by signed_at, id`),
    ]);
    return {
      roundName: round?.name ?? '',
      schools: schools.map(({ name }) => name),
      partners,
      conditions: conditions.map(({ text }) => text),
      signatures,
    };
  }
}
