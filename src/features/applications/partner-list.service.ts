/** PartnerList: the partners an application names, written all at once; who stays named keeps what they confirmed. */
import { Injectable } from '@nestjs/common';
import type { Actor } from '../../kernel/actor.js';
import { invalidField } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { lineKey } from '../../kernel/writing.js';
import { Database } from '../../platform/database/database.js';
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import { organizationsCalled } from '../organizations/index.js';
import { MailedLinks } from '../sign-in/index.js';
import { Application, ApplicationPartner } from './application.entity.js';
import type { PartnersInput } from './application.input.js';
import { Applications } from './applications.service.js';
import { endPartnerLinks } from './partner.links.js';
import { PartnerAsking } from './partner-asking.service.js';
import { assistanceOf } from './answer-writer.js';
import { partnersOf } from './partner.reads.js';
import { partFingerprint, type PartnerPart } from './partner.rules.js';
import { sectionsAsking } from './return.reads.js';

/** No mark of anybody: a part that nobody was asked about. */
const UNMARKED = {
  ...{ invitedAt: null, invitedAddress: null, invitedBy: null, confirmedAt: null, confirmedBy: null },
  ...{ confirmedName: null, confirmedFingerprint: null, declinedAt: null, declineReason: null, mouAttachmentId: null },
} as const;

@Injectable()
export class PartnerList {
  constructor(
    private readonly db: Database,
    private readonly applications: Applications,
    private readonly links: MailedLinks,
    private readonly asking: PartnerAsking,
  ) {}

  /**
   * Writes all of them; who is still named keeps who they are, who was asked and what they confirmed. Who comes with an
   * address is mailed a link.
   */
  async save(actor: Actor, id: string, input: PartnersInput): Promise<{ id: string }> {
    await this.asking.allow(
      actor,
      id,
      input.partners.flatMap(({ address }) => address ?? []),
    );
    return this.db.work(actor, async (work) => {
      const application = await this.applications.lockForWriting(
        work,
        id,
        await sectionsAsking(work, id, ['partners']),
      );
      refuseTwice(input);
      await work.update(Application, application, {}, input.version);
      const stored = await work.query<{ id: string; name: string; position: number }>(sql`
        select id, name, position from application_partners where application_id = ${id} order by position`);
      const kept = matching(stored, input.partners);
      const gone = stored.filter((row) => ![...kept.values()].includes(row.id)).map((row) => row.id);
      for (const each of gone) await endPartnerLinks(work, this.links, each);
      await work.query(sql`delete from application_budget_parts where partner_id = any(${gone}::uuid[])`);
      await work.query(sql`delete from application_indirect_costs where partner_id = any(${gone}::uuid[])`);
      await work.query(sql`delete from application_partners where id = any(${gone}::uuid[])`);
      // Out of each other's way first: two may change places.
      await work.query(sql`update application_partners set position = -position where application_id = ${id}`);
      const known = await this.organizationsByName(work, input);
      const met = new Set(
        (await partnersOf(work, [id])).filter(({ knownAs }) => knownAs !== null).map((each) => each.id),
      );
      const rows = kept.size === 0 ? [] : await work.lock(ApplicationPartner, [...kept.values()]);
      // Entered by staff, a part waits until the lead says that it is right, as an answer does.
      const assistanceId = assistanceOf(actor, application.organizationId);
      const entered = { assistanceId, partConfirmedAt: null, partConfirmedBy: null };
      const named: { readonly row: ApplicationPartner; readonly address: string | undefined }[] = [];
      for (const [index, { name, role, level, share = Money.zero, address }] of input.partners.entries()) {
        const part = { name, role, level, share };
        const row = rows.find((each) => each.id === kept.get(index));
        // Whoever is known by their own yes may be called otherwise here, and stays who they are.
        const isSame = row !== undefined && plain(row.name) === plain(name);
        const organizationId =
          isSame && met.has(row.id) ? row.organizationId : oneOf(known.get(name) ?? [], name, row?.organizationId);
        const columns = { position: index + 1, ...part, organizationId };
        if (row === undefined) {
          const fresh = { applicationId: id, ...columns, ...UNMARKED, ...entered };
          named.push({ row: await work.insertOne(ApplicationPartner, fresh), address });
        } else {
          const isAnother = row.name.trim().toLowerCase() !== name.trim().toLowerCase();
          if (isAnother) await endPartnerLinks(work, this.links, row.id);
          const isChanged = partFingerprint(row) !== partFingerprint(part);
          await work.update(ApplicationPartner, row, {
            ...{ ...columns, ...(isAnother && UNMARKED) },
            ...(isChanged && entered),
          });
          named.push({ row, address });
        }
      }
      await this.applications.refreshParties(work, id, application.organizationId);
      const after = { section: 'partners' };
      work.audit({ action: 'application.updated', subjectType: 'application', subjectId: id, after });
      for (const [index, { row, address }] of named.entries()) {
        const field = `partners[${index}].address`;
        if (address !== undefined) await this.asking.ask(work, application, row, { address, field });
      }
      return { id };
    });
  }

  /** Partners that are recorded here are known by their name: all that look as if they were called so. */
  private async organizationsByName(work: Work, input: PartnersInput): Promise<Map<string, Called[]>> {
    const names = input.partners.map((each) => each.name);
    const rows = await work.query<Called & { called: string }>(
      sql`select called.name as called, found.id, found.name from unnest(${names}::text[]) as called (name)
          cross join lateral (${organizationsCalled(sql`called.name`)}) found order by found.id`,
    );
    const byName = new Map<string, Called[]>();
    for (const { called, id, name } of rows) byName.set(called, [...(byName.get(called) ?? []), { id, name }]);
    return byName;
  }
}

interface Called {
  readonly id: string;
  readonly name: string;
}

/**
 * Which organization a name stands for: the only one, if it is written so. Of several it is none, unless it is known
 * already, and neither is one that only looks so; conflicts look at them all.
 */
function oneOf(found: readonly Called[], name: string, known: string | null | undefined): string | null {
  if (known !== null && known !== undefined && found.some(({ id }) => id === known)) return known;
  const [only] = found.length === 1 ? found : [];
  return only !== undefined && plain(only.name) === plain(name) ? only.id : null;
}

const plain = (name: string): string => name.trim().toLowerCase();

function refuseTwice({ partners }: PartnersInput): void {
  const names = partners.map(({ name }) => lineKey(name));
  const twice = names.findIndex((name, index) => names.indexOf(name) < index);
  if (twice >= 0) throw invalidField(`partners[${twice}].name`, 'partner.named_twice');
}

/** Which stored row each sent one is: by its name, else by its place when whoever stood there is gone. */
function matching(
  stored: readonly { readonly id: string; readonly name: string; readonly position: number }[],
  sent: readonly Pick<PartnerPart, 'name'>[],
): Map<number, string> {
  const kept = new Map<number, string>();
  sent.forEach(({ name }, index) => {
    const same = stored.find((row) => plain(row.name) === plain(name));
    if (same !== undefined) kept.set(index, same.id);
  });
  sent.forEach((_, index) => {
    const there = stored[index];
    if (kept.has(index) || there === undefined || [...kept.values()].includes(there.id)) return;
    kept.set(index, there.id);
  });
  return kept;
}
