/** The application as a reviewer reads it, beside the rubric. Who may read it was asked before. */
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';

export interface Packet {
  readonly summary: string | null;
  readonly schools: string | null;
  readonly districts: readonly { readonly name: string; readonly shareBasisPoints: number }[];
  readonly partners: readonly {
    readonly name: string;
    readonly role: string;
    readonly level: string;
    readonly share: Money;
  }[];
  readonly budget: readonly {
    readonly category: string;
    readonly description: string | null;
    readonly amount: Money;
  }[];
}

interface PacketRow {
  readonly summary: string | null;
  readonly schools: string | null;
  readonly districts: { name: string; shareBasisPoints: number }[];
  readonly partners: { name: string; role: string; level: string; cents: string }[];
  readonly budget: { category: string; description: string | null; cents: string }[];
}

export async function readPacket(from: Queryable, applicationId: string): Promise<Packet> {
  const [row] = await from.query<PacketRow>(sql`
    select a.summary, a.schools,
      coalesce((select json_agg(json_build_object('name', d.district, 'shareBasisPoints', d.share_basis_points)
        order by d.share_basis_points desc, d.district) from application_districts d where d.application_id = a.id),
        '[]') as districts,
      coalesce((select json_agg(json_build_object('name', p.name, 'role', p.role, 'level', p.level,
        'cents', p.share_cents::text) order by p.position) from application_partners p where p.application_id = a.id),
        '[]') as partners,
      coalesce((select json_agg(json_build_object('category', b.category, 'description', b.description,
        'cents', b.amount_cents::text) order by b.position)
        from application_budget_lines b where b.application_id = a.id), '[]') as budget
    from applications a where a.id = ${applicationId}`);
  if (row === undefined) throw new Error(`A review of an application that is not there: ${applicationId}`);
  const { summary, schools, districts, partners, budget } = row;
  return {
    ...{ summary, schools, districts },
    partners: partners.map(({ cents, ...partner }) => ({ ...partner, share: Money.ofCents(cents) })),
    budget: budget.map(({ cents, ...line }) => ({ ...line, amount: Money.ofCents(cents) })),
  };
}
