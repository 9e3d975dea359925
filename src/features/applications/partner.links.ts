/** Links by which partners confirm their part. */
import { sql } from '../../platform/database/sql.js';
import type { Work } from '../../platform/database/work.js';
import type { MailedLinks } from '../sign-in/index.js';

export const PARTNER_LINK = 'application_partner';

/** What was mailed to this partner opens nothing any more. Found by its address, which has an index. */
export async function endPartnerLinks(work: Work, links: MailedLinks, partnerId: string): Promise<void> {
  const open = await work.query<{ id: string }>(sql`
    select l.id from mailed_links l join application_partners p on p.invited_address = l.address
    where p.id = ${partnerId} and l.purpose = ${PARTNER_LINK} and l.payload ->> 'partnerId' = ${partnerId}
      and l.used_at is null and l.replaced_at is null`);
  for (const { id } of open) await links.replace(work, { id });
}
