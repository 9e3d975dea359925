/** What the applicant is told of what came back: what to mend, and where; and of each part what was said of it. */
import { sql } from '../../platform/database/sql.js';
import type { Database } from '../../platform/database/database.js';
import type { NoteView } from '../../platform/pages/components.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { WholeApplication } from './application.view.js';
import { latestReturn, partsOf, partTitle } from './return.reads.js';

/** Of what came back, to whoever mends it; of what was sent again, to whoever looks what changed. */
export async function returnNote(
  db: Database,
  texts: Texts,
  { application, isOwn }: WholeApplication,
): Promise<NoteView | undefined> {
  const { id, state, fixBy } = application;
  if (state === 'returned') return cameBack(db, texts, { id, fixBy, isOwn });
  if (isOwn || state !== 'submitted') return undefined;
  if (!(await wasSentAgain(db, id))) return undefined;
  return {
    tone: 'blue',
    title: texts.t('application.sent_again'),
    text: texts.t('application.sent_again.text'),
    link: { label: texts.t('application.changes.link'), href: `/applications/${id}/changes` },
  };
}

/** Whether there are two of what was sent to compare; the caller has looked whether the application may be seen. */
export async function wasSentAgain(db: Database, id: string): Promise<boolean> {
  const row = await db.find<{ count: number }>(
    sql`select count(*)::int as count from application_submissions where application_id = ${id}`,
  );
  return (row?.count ?? 0) > 1;
}

async function cameBack(
  db: Database,
  texts: Texts,
  { id, fixBy, isOwn }: { readonly id: string; readonly fixBy: string | null; readonly isOwn: boolean },
): Promise<NoteView | undefined> {
  const order = await latestReturn(db, id);
  if (order === undefined) return undefined;
  const known = await partsOf(db, id);
  const day = db.currentCalendar.formatDate(fixBy ?? order.fixBy, 'full');
  return {
    tone: 'gold',
    title: texts.t(isOwn ? 'application.came_back' : 'application.went_back', { day }),
    text: order.note,
    items: order.parts?.map(({ part, note }) => {
      const title = partTitle(known, part);
      return note === null ? title : texts.t('application.came_back.part', { title, note });
    }),
  };
}

/** What was said of each part when it went back, while it is with its applicant. */
export async function mendNotes(
  db: Database,
  { id, state }: { readonly id: string; readonly state: string },
): Promise<ReadonlyMap<string, string>> {
  if (state !== 'returned') return new Map();
  const order = await latestReturn(db, id);
  return new Map((order?.parts ?? []).flatMap(({ part, note }) => (note === null ? [] : [[part, note] as const])));
}
