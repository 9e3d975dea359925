/** Money on its way out, on the home pages of finance: what is on hold and why, and the latest batches. */
import { Injectable } from '@nestjs/common';
import type { PersonActor } from '../../kernel/actor.js';
import { type HomePanel, HomePanelSource } from '../../platform/home-panels.js';
import { PaymentLists } from './payment-lists.service.js';
import { heldPanel, owedLine } from './payment.held.js';
import { PaymentTables } from './payment.tables.js';
import { PaymentViews } from './payment.view.js';

const BATCHES_SHOWN = 4;

@Injectable()
export class PaymentsPanels extends HomePanelSource {
  override readonly permissions = ['payment_batch.prepare', 'payment_batch.approve'];

  constructor(
    private readonly lists: PaymentLists,
    private readonly views: PaymentViews,
    private readonly tables: PaymentTables,
  ) {
    super();
  }

  override async panels(actor: PersonActor): Promise<HomePanel[]> {
    const { t } = this.tables;
    const [overview, batches] = await Promise.all([
      this.lists.overview(),
      this.lists.batches(actor, { limit: BATCHES_SHOWN }),
    ]);
    const items = batches.items.map((row) => this.views.batchItem(row));
    const held = heldPanel(t, overview);
    return [
      {
        place: 'main',
        headline: owedLine(t, overview),
        head: {
          title: t('payment_batch.list.title'),
          link: { label: t('payments.all_batches'), href: '/payments/batches' },
        },
        table: this.tables.batches(items, actor),
      },
      ...(held.bars === undefined ? [] : [{ place: 'aside' as const, ...held }]),
    ];
  }
}
