/** tellPassphrase: tells a person by mail that their passphrase is another one, so that whoever did not do it can call. */
import type { Work } from '../../platform/database/work.js';
import type { Mailer } from '../../platform/mail/mail.js';
import { contactOf } from '../identity/index.js';

export async function tellPassphrase(mailer: Mailer, work: Work, personId: string): Promise<void> {
  const contact = await contactOf(work, personId);
  if (contact === undefined) return;
  await mailer.send(work, {
    about: null,
    ...{ to: contact.address, subjectKey: 'mail.passphrase_changed.subject', template: 'mail/passphrase-changed' },
    view: { name: contact.name },
  });
}
