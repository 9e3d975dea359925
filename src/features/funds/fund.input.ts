/** What is sent about funds, pools and allotments. */
import { Money } from '../../kernel/money.js';
import { Choice, Integer, MoneyField, Ref, Text } from '../../platform/input/fields.js';
import { POOL_KINDS } from './fund.entity.js';

export class FundInput {
  @Text({ label: 'fund.field.name' })
  name: string;

  @Text({ label: 'fund.field.purpose', optional: true, long: true, max: 2000 })
  purpose?: string;

  /** Made from the name where none is given. */
  @Text({
    label: 'fund.field.slug',
    optional: true,
    max: 60,
    pattern: /^[a-z0-9]+(-[a-z0-9]+)*$/,
    patternCode: 'fund.slug_shape',
  })
  slug?: string;

  @Integer({ label: 'form.version', optional: true, min: 1 })
  version?: number;
}

export class PoolInput {
  @Choice(POOL_KINDS, { label: 'pool.field.kind' })
  kind: string;

  @Text({ label: 'pool.field.name' })
  name: string;
}

export class AllotmentInput {
  @Ref({ label: 'allotment.field.source' })
  sourceId: string;

  @Ref({ label: 'allotment.field.pool' })
  poolId: string;

  @MoneyField({ label: 'allotment.field.amount' })
  amount: Money;

  @Text({ label: 'allotment.field.authority', max: 400 })
  authority: string;
}

export class AllotmentReturnInput {
  @Ref({ label: 'allotment.field.source' })
  sourceId: string;

  @Ref({ label: 'allotment.field.pool' })
  poolId: string;

  @MoneyField({ label: 'allotment.field.amount' })
  amount: Money;

  @Text({ label: 'allotment.field.return_reason', max: 400 })
  reason: string;
}
