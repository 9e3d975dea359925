/** RuleSet: the figures that law and agency set, under one name and from one date. Published sets never change. */
import { Check, Column, Entity, ForeignKey, Unique } from 'typeorm';
import { Row } from '../../platform/database/row.js';

@Entity('rule_sets')
@Unique(['name'])
export class RuleSet extends Row {
  /** Such as `UG-2024`. */
  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text' })
  title: string;

  @Column({ type: 'date' })
  effectiveOn: string;

  /** Somebody has read the text itself, and not only what others say about it. */
  @Column({ type: 'boolean' })
  confirmed: boolean;

  @Column({ type: 'text', nullable: true })
  note: string | null;
}

/** What a rule set has people sign, word for word. Like its figures it is added and never changed; versions follow. */
export type RuleTextKey = 'application_certification';

@Entity('rule_texts')
@Unique(['ruleSetId', 'key', 'number'])
@Check('rule_texts_key_check', `"key" IN ('application_certification')`)
@Check('rule_texts_number_check', '"number" > 0')
export class RuleText extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => RuleSet)
  ruleSetId: string;

  @Column({ type: 'text' })
  key: RuleTextKey;

  /** 1 for the words it came with. */
  @Column({ type: 'integer', default: 1 })
  number: number;

  /** The first day on which they are signed; absent: since there is the rule set. */
  @Column({ type: 'date', nullable: true })
  effectiveOn: string | null;

  @Column({ type: 'text' })
  body: string;

  /** Where the words stand. */
  @Column({ type: 'text' })
  source: string;

  /** Counsel has confirmed these words; until then they are a sample. */
  @Column({ type: 'boolean' })
  confirmed: boolean;
}

@Entity('rule_values')
@Unique(['ruleSetId', 'key'])
@Check('rule_values_unit_check', `"unit" IN ('basis_points', 'cents', 'days', 'months', 'years', 'yes_no')`)
@Check('rule_values_value_check', `jsonb_typeof("value") = 'number'`)
export class RuleValue extends Row {
  @Column({ type: 'uuid' })
  @ForeignKey(() => RuleSet)
  ruleSetId: string;

  @Column({ type: 'text' })
  key: string;

  @Column({ type: 'jsonb' })
  value: number;

  @Column({ type: 'text' })
  unit: string;

  /** Where the figure stands: a section of the regulations, a notice. */
  @Column({ type: 'text' })
  source: string;

  @Column({ type: 'boolean' })
  confirmed: boolean;
}
