/** In which sections an application that came back says something else than what was sent. */
import type { Queryable } from '../../platform/database/work.js';
import { sameAnswer } from './answer.rules.js';
import { formOfApplication, readAnswerRecords } from './answers.reads.js';
import { partnersOf } from './partner.reads.js';
import { partFingerprint } from './partner.rules.js';
import { answersSent, type SentVersion, sentVersions } from './receipt.sent.js';
import { Money } from '../../kernel/money.js';

/** By the keys of the sections; nothing for one that is not back, or was sent before its answers were kept. */
export async function answersChanged(
  from: Queryable,
  { id, state }: { readonly id: string; readonly state: string },
): Promise<Set<string> | undefined> {
  const sent = state === 'returned' ? (await sentVersions(from, [id])).get(id) : undefined;
  if (sent?.content.answers === undefined) return undefined;
  const [before, now] = [answersSent(sent), await readAnswerRecords(from, id)];
  const { definition } = await formOfApplication(from, id);
  const partners = await partnersDiffer(from, id, sent);
  const isChanged = (key: string, kind: string): boolean =>
    kind === 'partners' ? partners : !sameAnswer(before.get(key)?.value, now.get(key)?.value);
  return new Set(
    definition.sections
      .filter(({ questions }) => questions.some(({ key, kind }) => isChanged(key, kind)))
      .map(({ key }) => key),
  );
}

async function partnersDiffer(from: Queryable, id: string, { content }: SentVersion): Promise<boolean> {
  const now = (await partnersOf(from, [id])).map(partFingerprint);
  const before = content.partners.map((each) => partFingerprint({ ...each, share: Money.fromJSON(each.share) }));
  return now.join() !== before.join();
}
