/**
 * Anonymizer: takes the name and the traces of a person away and leaves standing what the books and decisions need. A
 * step of a disposal; never an act of its own, because it cannot be taken back.
 */
import { Injectable } from '@nestjs/common';
import type { Sentence } from '../../kernel/errors.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable, Work } from '../../platform/database/work.js';
import { Texts } from '../../platform/texts/texts.js';
import { destroyPersonKey } from '../../platform/audit/personal.js';
import { AnonymizedPerson } from './disposal.entity.js';
import { Retention } from './retention.service.js';

@Injectable()
export class Anonymizer {
  constructor(
    private readonly retention: Retention,
    private readonly texts: Texts,
  ) {}

  /** What still keeps this person's data, as sentences that say what must end first. */
  async blockers(from: Queryable, personId: string, today: string): Promise<Sentence[]> {
    const at = { today, paidBefore: await this.retention.paidBefore(from) };
    const found: Sentence[] = [];
    for (const blocker of this.retention.blockers) {
      const rows = await from.query(
        sql`select 1 from (${blocker.persons(at)}) b where b.person_id = ${personId} limit 1`,
      );
      if (rows.length > 0) found.push({ code: blocker.code });
    }
    return found;
  }

  async isAnonymized(from: Queryable, personId: string): Promise<boolean> {
    return (await from.query(sql`select 1 from anonymized_persons where person_id = ${personId}`)).length > 0;
  }

  /** What was removed, by kind; nothing at all when something keeps the person after all. */
  async anonymize(work: Work, personId: string, disposalId: string): Promise<Record<string, number> | undefined> {
    const locked = await work.query(sql`select 1 from persons where id = ${personId} for update`);
    if (locked.length === 0 || (await this.isAnonymized(work, personId))) return undefined;
    if ((await this.blockers(work, personId, work.today)).length > 0) return undefined;
    const of = { personId, name: this.texts.t('person.anonymized'), now: work.now };
    const removed: Record<string, number> = {};
    // The last features first: what they find a person by is the first features' to take away.
    for (const { what, remove } of this.retention.sources.toReversed().flatMap((source) => source.removals ?? [])) {
      const [row] = await work.query<{ count: number }>(
        sql`with gone as (${remove(of)} returning 1) select count(*)::int as count from gone`,
      );
      if (row !== undefined && row.count > 0) removed[what] = (removed[what] ?? 0) + row.count;
    }
    // What the trail says of them is sealed with this key alone.
    await destroyPersonKey(work, personId);
    await work.insertOne(AnonymizedPerson, { personId, disposalId });
    // Without the name, without even how many of what: that would tell who it was.
    work.audit({ action: 'person.anonymized', subjectType: 'person', subjectId: personId });
    return removed;
  }
}
