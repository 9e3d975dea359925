/** Who works on the draft that is written now: a partner that confirmed, one that was asked, a colleague; and a request for more time. */
import {
  ApplicationColleagues,
  ApplicationSections,
  Extensions,
  Partners,
  partnersOf,
} from '../features/applications/index.js';
import { type Cast, MAIN_APPLICANT } from './people.js';
import { dollars } from './rounds.js';
import type { Story } from './story.js';

const CONFIRMED = 'Community organization E';
const ASKED = 'Techbridge';

export interface TeamOfDraft {
  /** The dates, counted from the day the demonstration is made. */
  readonly day: (days: number) => string;
  /** The keys of the main applicant's draft, and of another that asks for more time. */
  readonly draft: string;
  readonly late: { readonly key: string; readonly organization: string };
}

export function tellTeam(story: Story, cast: Cast, { day, draft, late }: TeamOfDraft): void {
  const author = cast.applicant(MAIN_APPLICANT.name);
  story.on(day(-7), '18:00', async () => {
    const id = story.id(draft);
    const partners = [
      {
        name: CONFIRMED,
        role: 'Childcare during the evenings',
        level: 'collaborative' as const,
        share: dollars(24_000),
      },
      { name: ASKED, role: 'A workshop each month', level: 'vendor' as const, share: dollars(6_000) },
    ];
    await story.step(`${draft}:partners`, () => story.get(ApplicationSections).savePartners(author, id, { partners }));
    for (const { id: partnerId, name } of await partnersOf(story.db, [id])) {
      const address = name === CONFIRMED ? 'office-e@example.org' : 'office-t@example.org';
      await story.step(`${draft}:ask:${name}`, () => story.get(Partners).invite(author, id, { partnerId, address }));
    }
    await story.step(`${draft}:colleague`, () =>
      story.get(ApplicationColleagues).invite(author, id, { address: 'grant-writer@example.org', access: 'edit' }),
    );
  });
  story.on(day(-6), '09:00', async () => {
    const director = cast.applicant(CONFIRMED);
    if (await story.isTaken(`${draft}:confirm`)) return;
    const part = (await story.get(Partners).namingMe(director)).find(
      ({ applicationId }) => applicationId === story.id(draft),
    );
    if (part === undefined) return;
    const answer = { part: part.part, agreed: true, name: director.name };
    await story.step(`${draft}:confirm`, () => story.get(Partners).confirmAs(director, part.partnerId, answer));
  });
  story.on(day(-1), '15:00', async () => {
    const asking = cast.applicant(late.organization);
    const reason = 'Our school board, which has to agree, meets three days after the deadline.';
    await story.step(`${late.key}:more-time`, () =>
      story.get(Extensions).ask(asking, story.id(late.key), { wantedOn: day(30), reason }),
    );
  });
}
