/** RuleSets: the figures set by law and agency, by name and date. New sets are added; published ones never change. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { forbidden, invalidField, notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { RuleSet, RuleText, type RuleTextKey, RuleValue } from './rule-set.entity.js';
import {
  FIRST_RULE_SETS,
  type RuleKey,
  Rules,
  type RuleSetDraft,
  type RuleTextDraft,
  type RuleUnit,
  unitOf,
} from './rule-set.rules.js';
import { TEXT_ORDER, textBegun } from './rule-text.reads.js';

export interface RuleSetLine {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly effectiveOn: string;
  readonly confirmed: boolean;
  readonly note: string | null;
}

export interface RuleValueLine {
  readonly key: RuleKey;
  readonly value: number;
  readonly unit: RuleUnit;
  readonly source: string;
  readonly confirmed: boolean;
}

export interface RuleTextLine {
  readonly key: RuleTextKey;
  readonly body: string;
  readonly source: string;
  readonly confirmed: boolean;
}

export interface RuleSetView extends RuleSetLine {
  readonly values: readonly RuleValueLine[];
  readonly texts: readonly RuleTextLine[];
}

/** Words as they are added by whoever confirms them. */
export interface NewWords extends RuleTextDraft {
  readonly effectiveOn: string;
}

const LINE = sql`s.id, s.name, s.title, s.effective_on as "effectiveOn", s.confirmed, s.note`;

@Injectable()
export class RuleSets {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
  ) {}

  /** All of them, newest first; a handful. For choosing one, no permission is asked: they repeat public law. */
  async list(from: Queryable = this.db): Promise<RuleSetLine[]> {
    return from.query<RuleSetLine>(sql`select ${LINE} from rule_sets s order by s.effective_on desc, s.name limit 200`);
  }

  async get(actor: Actor, id: string): Promise<RuleSetView> {
    const found = await this.find(this.db, sql`s.id = ${id}`);
    if (found === undefined || !this.policy.can(actor, 'rule_set.read', {})) throw notFound('thing.not_found');
    return found;
  }

  /** The figures of one set, for use in another feature's reckoning. Throws when there is no such set. */
  async rules(from: Queryable, id: string): Promise<Rules> {
    const found = await this.find(from, sql`s.id = ${id}`);
    if (found === undefined) throw notFound('thing.not_found');
    return asRules(found);
  }

  /** The set in force for an award of this date: the newest that was effective by then. */
  async inForceOn(from: Queryable, date: string): Promise<Rules | undefined> {
    const found = await this.find(from, sql`s.effective_on <= ${date} order by s.effective_on desc, s.name limit 1`);
    return found === undefined ? undefined : asRules(found);
  }

  /** The id of the set with this name, such as `UG-2024`. */
  async idOf(from: Queryable, name: string): Promise<string> {
    const [row] = await from.query<{ id: string }>(sql`select id from rule_sets where name = ${name}`);
    if (row === undefined) throw notFound('thing.not_found');
    return row.id;
  }

  async publish(actor: Actor, draft: RuleSetDraft): Promise<{ id: string }> {
    return this.db.work(actor, async (work) => {
      if (!work.policy.can(actor, 'rule_set.publish', {})) {
        throw forbidden('permission.missing', { params: { permission: 'rule_set.publish' } });
      }
      const twice = draft.values.findIndex((each, index) =>
        draft.values.some((b, j) => j < index && b.key === each.key),
      );
      if (twice >= 0) throw invalidField(`values[${twice}].key`, 'rule_set.key_twice');
      const id = await this.add(work, draft);
      if (id === undefined) throw invalidField('name', 'rule_set.name_taken', { name: draft.name });
      return { id };
    });
  }

  /** Adds the sets that Granary comes with where they are missing; one that is there stays as it is. */
  async ensureDefaults(work: Work): Promise<void> {
    for (const draft of FIRST_RULE_SETS) {
      const added = await this.add(work, draft);
      if (added !== undefined) continue;
      // One from before there were texts; its figures stay, and so does a text that is there.
      await this.addTexts(work, await this.idOf(work, draft.name), draft.texts ?? []);
    }
  }

  /** Undefined when the name is taken. */
  private async add(work: Work, draft: RuleSetDraft): Promise<string | undefined> {
    const { values, texts = [], ...line } = draft;
    await work.query(sql`select pg_advisory_xact_lock(hashtext('rule_set.publish'))`);
    const taken = await work.query(sql`select 1 from rule_sets where name = ${draft.name}`);
    if (taken.length > 0) return undefined;
    const ruleSet = await work.insertOne(RuleSet, { ...line, note: line.note ?? null });
    await work.insert(
      RuleValue,
      values.map((value) => ({ ...value, ruleSetId: ruleSet.id, unit: unitOf(value.key) })),
    );
    await this.addTexts(work, ruleSet.id, texts);
    const after = { ...line, values: Object.fromEntries(values.map(({ key, value }) => [key, value])) };
    work.audit({ action: 'rule_set.published', subjectType: 'rule_set', subjectId: ruleSet.id, after });
    return ruleSet.id;
  }

  /** The step that adds the next version of words people sign; nothing that is there changes. */
  async addVersion(work: Work, ruleSetId: string, text: NewWords): Promise<RuleText> {
    await work.query(sql`select pg_advisory_xact_lock(hashtext('rule_set.publish'))`);
    const [last] = await work.query<{ number: number }>(sql`
      select coalesce(max(number), 0)::int as number from rule_texts
      where rule_set_id = ${ruleSetId} and key = ${text.key}`);
    return work.insertOne(RuleText, { ...text, ruleSetId, number: (last?.number ?? 0) + 1 });
  }

  private async addTexts(work: Work, ruleSetId: string, texts: readonly RuleTextDraft[]): Promise<void> {
    const known = await work.query<{ key: string }>(sql`select key from rule_texts where rule_set_id = ${ruleSetId}`);
    const missing = texts.filter(({ key }) => !known.some((each) => each.key === key));
    await work.insert(
      RuleText,
      missing.map((text) => ({ ...text, ruleSetId, number: 1, effectiveOn: null })),
    );
  }

  private async find(from: Queryable, where: Sql): Promise<RuleSetView | undefined> {
    const [row] = await from.query<RuleSetLine>(sql`select ${LINE} from rule_sets s where ${where}`);
    if (row === undefined) return undefined;
    const values = await from.query<RuleValueLine>(
      sql`select key, value, unit, source, confirmed from rule_values where rule_set_id = ${row.id} order by key`,
    );
    const texts = await from.query<RuleTextLine>(sql`
      select distinct on (t.key) t.key, t.body, t.source, t.confirmed from rule_texts t
      where t.rule_set_id = ${row.id} and ${textBegun('t', this.db.today)} order by t.key, ${TEXT_ORDER}`);
    return { ...row, values, texts };
  }
}

function asRules(view: RuleSetView): Rules {
  return new Rules(view.id, view.name, new Map(view.values.map(({ key, value }) => [key, value])));
}
