/** AuditThings: what the things in the trail are called and where their pages are, from what the features declare. */
import { Inject, Injectable } from '@nestjs/common';
import { FEATURES } from '../../platform/config/tokens.js';
import { rawSql, sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { Feature, Thing } from '../../platform/feature.js';
import { Texts } from '../../platform/texts/texts.js';
import { isId } from '../../kernel/ids.js';

export interface ThingName {
  readonly label: string;
  readonly href: string | null;
}

/** More than one page of the trail never holds. */
const MOST_FOUND = 200;

@Injectable()
export class AuditThings {
  private readonly things: ReadonlyMap<string, Thing>;

  constructor(
    @Inject(FEATURES) features: readonly Feature[],
    private readonly texts: Texts,
  ) {
    this.things = new Map(features.flatMap(({ things = [] }) => things).map((thing) => [thing.type, thing]));
  }

  /** Names by `type:id`; what has none here is left out. */
  async names(
    from: Queryable,
    subjects: readonly { readonly type: string; readonly id: string }[],
  ): Promise<Map<string, ThingName>> {
    const names = new Map<string, ThingName>();
    for (const [type, thing] of this.things) {
      const ids = [...new Set(subjects.filter((each) => each.type === type && isId(each.id)).map(({ id }) => id))];
      if (ids.length === 0) continue;
      const rows = await from.query<{ id: string; label: string | null }>(sql`
        select t.id, ${rawSql(thing.title)} as label from ${rawSql(thing.table)} t where t.id = any(${ids}::uuid[])`);
      for (const { id, label } of rows) {
        names.set(`${type}:${id}`, {
          label: this.words(thing, label) ?? type,
          href: thing.path === undefined ? null : `${thing.path}/${id}`,
        });
      }
    }
    return names;
  }

  /** A code of ours in the words people read. */
  private words({ titleWords }: Thing, title: string | null): string | null {
    const key = `${titleWords}${title}`;
    return titleWords !== undefined && title !== null && this.texts.has(key) ? this.texts.t(key) : title;
  }

  /** The ids of things of this kind whose name or number holds the text. */
  async find(from: Queryable, type: string, text: string): Promise<string[]> {
    const thing = this.things.get(type);
    if (thing === undefined) return [];
    if (thing.titleWords !== undefined) return this.findByWords(from, thing, text);
    const pattern = `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    const rows = await from.query<{ id: string }>(sql`
      select t.id from ${rawSql(thing.table)} t where ${rawSql(thing.title)} ilike ${pattern} limit ${MOST_FOUND}`);
    return rows.map(({ id }) => id);
  }

  /** Where the title is a code, people look for its words; there are few such things. */
  private async findByWords(from: Queryable, thing: Thing, text: string): Promise<string[]> {
    const rows = await from.query<{ id: string; title: string }>(sql`
      select t.id, ${rawSql(thing.title)} as title from ${rawSql(thing.table)} t order by t.id desc limit 5000`);
    const wanted = text.toLowerCase();
    return rows
      .filter(({ title }) => `${this.words(thing, title)} ${title}`.toLowerCase().includes(wanted))
      .slice(0, MOST_FOUND)
      .map(({ id }) => id);
  }

  /** The thing a page is about, by its address: `/awards/<id>`, and pages below it. */
  byPath(path: string): { readonly type: string; readonly id: string } | undefined {
    for (const [type, { path: base }] of this.things) {
      if (base === undefined || !path.startsWith(`${base}/`)) continue;
      const id = path.slice(base.length + 1).split('/')[0];
      if (isId(id)) return { type, id };
    }
    return undefined;
  }
}
