/** PersonalDataBook: what is held about one person, gathered from every feature; as they see it and as they take it with them. */
import { Injectable } from '@nestjs/common';
import type { Actor, PersonActor } from '../../kernel/actor.js';
import { forbidden, notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import { type Sql, sql } from '../../platform/database/sql.js';
import type { DataKind, DataSection } from '../../platform/personal-data.js';
import { Texts } from '../../platform/texts/texts.js';
import { Anonymizer } from './anonymizer.js';
import type { ExportInput } from './privacy.input.js';
import { Retention } from './retention.service.js';

export interface HeldSection {
  readonly key: string;
  readonly title: string;
  /** What it is kept for. */
  readonly why: string;
  readonly columns: readonly { readonly name: string; readonly label: string; readonly kind: DataKind }[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

export interface HeldData {
  readonly person: { readonly id: string; readonly name: string };
  readonly madeAt: Date;
  readonly sections: readonly HeldSection[];
  /** What stays after the name is gone, and why. */
  readonly stays: readonly string[];
}

/** Whether a person's data can be removed, for the one who answers their request. */
export interface RemovalView {
  readonly person: { readonly id: string; readonly name: string };
  readonly anonymized: boolean;
  /** A disposal that waits or runs. */
  readonly pendingId: string | null;
  readonly blockers: readonly string[];
  readonly stays: readonly string[];
}

const MOST_ROWS = 5000;

@Injectable()
export class PersonalDataBook {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly retention: Retention,
    private readonly anonymizer: Anonymizer,
  ) {}

  /** Everything about the one who asks. */
  async own(actor: Actor): Promise<HeldData> {
    const { personId, name } = this.person(actor);
    return this.held(personId, name);
  }

  /** The same for somebody who asked the agency for it; who took it out, and why, stands in the trail. */
  async exportFor(actor: Actor, personId: string, { purpose }: ExportInput): Promise<object> {
    const { name } = await this.db.work(actor, async (work) => {
      const permission = 'personal_data.export';
      if (!work.policy.can(actor, permission, {})) throw forbidden('permission.missing', { params: { permission } });
      const [person] = await work.query<{ name: string }>(sql`select name from persons where id = ${personId}`);
      if (person === undefined) throw notFound('thing.not_found');
      const subject = { subjectType: 'person', subjectId: personId };
      work.audit({ action: 'personal_data.exported', ...subject, note: purpose });
      return person;
    });
    return plain(await this.held(personId, name));
  }

  private async held(personId: string, name: string): Promise<HeldData> {
    const sections: HeldSection[] = [];
    for (const section of this.retention.sources.flatMap((source) => source.sections ?? [])) {
      sections.push(await this.read(section, personId));
    }
    return { person: { id: personId, name }, madeAt: this.db.now, sections, stays: this.stays() };
  }

  /** The same as it is downloaded: every value by the name of its column. */
  async download(actor: Actor): Promise<object> {
    return plain(await this.own(actor));
  }

  /** What keeps the data of a person, and what would stay; their data itself is not shown. */
  async removal(actor: Actor, personId: string): Promise<RemovalView> {
    const permission = 'personal_data.read_of_others';
    if (!this.policy.can(actor, permission, {})) throw forbidden('permission.missing', { params: { permission } });
    const [found] = await this.db.query<{ name: string; pendingId: string | null }>(sql`
      select p.name, (select d.id from disposal_items i join disposals d on d.id = i.disposal_id
                      where i.subject_id = p.id and d.state in ('proposed', 'approved') limit 1) as "pendingId"
      from persons p where p.id = ${personId}`);
    if (found === undefined) throw notFound('thing.not_found');
    const anonymized = await this.anonymizer.isAnonymized(this.db, personId);
    const blockers = anonymized ? [] : await this.anonymizer.blockers(this.db, personId, this.db.today);
    return {
      person: { id: personId, name: found.name },
      anonymized,
      pendingId: found.pendingId,
      blockers: blockers.map((blocker) => this.texts.sentence(blocker)),
      stays: this.stays(),
    };
  }

  private person(actor: Actor): PersonActor {
    const permission = 'personal_data.read';
    if (actor.kind !== 'person' || !this.policy.can(actor, permission, { personId: actor.personId })) {
      throw forbidden('permission.missing', { params: { permission } });
    }
    return actor;
  }

  private stays(): string[] {
    return this.retention.sources.flatMap((source) => source.stays ?? []).map((key) => this.texts.t(key));
  }

  private async read(section: DataSection, personId: string): Promise<HeldSection> {
    const { key, columns } = section;
    const names = Object.entries(columns);
    const found = await this.db.query<Record<string, unknown>>(limited(section.rows(personId)));
    return {
      key,
      title: this.texts.t(`personal.section.${key}`),
      why: this.texts.t(`personal.section.${key}.why`),
      columns: names.map(([name, kind]) => ({ name, kind, label: this.texts.t(`personal.column.${name}`) })),
      rows: found.map((row) => Object.fromEntries(names.map(([name, kind]) => [name, valueOf(kind, row[name])]))),
    };
  }
}

const plain = ({ person, madeAt, sections, stays }: HeldData): object => ({
  person,
  madeAt,
  sections: sections.map(({ key, title, why, rows }) => ({ key, title, why, rows })),
  stays,
});

const limited = (rows: Sql): Sql => sql`select * from (${rows}) held limit ${MOST_ROWS}`;

function valueOf(kind: DataKind, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  return kind === 'money' ? Money.ofCents(String(value)) : value;
}
