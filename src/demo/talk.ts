/**
 * What is asked and answered: questions about the open round, a conversation about an application with a note beside it,
 * a message to many, and what the agency announces.
 */
import { Announcements } from '../features/announcements/index.js';
import { Conversations, InternalNotes } from '../features/conversations/index.js';
import { Questions } from '../features/rounds/index.js';
import { Broadcasts } from '../features/screening/index.js';
import { type Cast, MAIN_APPLICANT } from './people.js';
import type { Story } from './story.js';

/** Gives the date so many days after the day the demonstration is made, before it when negative. */
type Day = (days: number) => string;

export interface Talk {
  readonly day: Day;
  /** The keys of the round that is open, of an application sent in it, and of the one before it. */
  readonly round: string;
  readonly application: string;
  readonly earlier: string;
}

export function tellTalk(story: Story, cast: Cast, talk: Talk): void {
  const { day } = talk;
  story.on(day(-20), '09:00', () => announce(story, cast, day));
  story.on(day(-12), '18:15', () => ask(story, cast, talk));
  story.on(day(-11), '10:30', () => answer(story, cast, talk));
  story.on(day(-3), '20:05', () => askAgain(story, cast, talk));
  story.on(day(-2), '17:10', () => converse(story, cast, talk));
  story.on(day(-1), '15:40', () => writeToMany(story, cast, talk));
}

async function announce(story: Story, cast: Cast, day: Day): Promise<void> {
  const officer = cast.of('program_officer');
  const announcements = story.get(Announcements);
  const open = await story.make('announcement:open', () =>
    announcements.create(officer, {
      title: 'Help with your application',
      body: 'We read drafts with you on Tuesdays from 4 to 6 p.m., at the office or on the telephone. You need no appointment.',
      ...{ audiences: ['everybody'], startsOn: day(-20), endsOn: day(24) },
    }),
  );
  await story.step('announcement:open:publish', () => announcements.take(officer, open, 'publish', {}));
  const reviewers = await story.make('announcement:reviewers', () =>
    announcements.create(officer, {
      title: 'How we score interviews this year',
      body: 'Written scores and interview scores stand side by side. Read the guide before your first panel.',
      ...{ audiences: ['reviewers'], startsOn: day(-8) },
    }),
  );
  await story.step('announcement:reviewers:publish', () => announcements.take(officer, reviewers, 'publish', {}));
  await story.make('announcement:draft', () =>
    announcements.create(officer, {
      title: 'Office closed for the holiday',
      body: 'Nobody answers the telephone on that day. Deadlines stay as they are.',
      ...{ audiences: ['everybody'], startsOn: day(40), endsOn: day(41) },
    }),
  );
}

async function ask(story: Story, cast: Cast, { round }: Talk): Promise<void> {
  await story.make('question:libraries', () =>
    story.get(Questions).ask(cast.applicant(MAIN_APPLICANT.name), story.id(round), {
      body: 'Our library would like to join us. Does it count as a partner?',
    }),
  );
}

async function answer(story: Story, cast: Cast, { round }: Talk): Promise<void> {
  const officer = cast.of('program_officer');
  await story.step('question:libraries:answer', () =>
    story.get(Questions).answer(officer, story.id('question:libraries'), {
      question: 'Does a public library count as a partner?',
      answer: 'Yes. Name it under Partners with what it will do. It confirms by the link that it gets.',
    }),
  );
  await story.make('question:lunch', () =>
    story.get(Questions).add(officer, story.id(round), {
      question: 'Asked at the info session: can we pay for food at family evenings?',
      answer: 'Yes, when it is part of an evening in your plan. Put it under Supplies and say for how many people.',
    }),
  );
}

async function askAgain(story: Story, cast: Cast, { round }: Talk): Promise<void> {
  await story.make('question:waiting', () =>
    story.get(Questions).ask(cast.applicant('Community organization D'), story.id(round), {
      body: 'May two schools of different districts be in one application?',
    }),
  );
}

/** The officer asks and waits; what the agency thinks of it stands apart. */
async function converse(story: Story, cast: Cast, { application }: Talk): Promise<void> {
  const officer = cast.of('program_officer');
  const id = story.id(application);
  await story.step('conversation:asked', () =>
    story.get(Conversations).write(officer, 'application', id, {
      body: 'Thank you for your application. Which of your two sites has the kitchen, and from when can you use it?',
      expectsAnswer: true,
    }),
  );
  await story.step('conversation:note', () =>
    story.get(InternalNotes).add(officer, 'application', id, {
      body: 'They ran a garden at the same school before. Ask finance how that grant closed.',
    }),
  );
}

async function writeToMany(story: Story, cast: Cast, { round, earlier }: Talk): Promise<void> {
  const officer = cast.of('program_officer');
  const broadcasts = story.get(Broadcasts);
  const id = await story.make('broadcast:interviews', () =>
    broadcasts.create(officer, {
      ...{ roundId: story.id(earlier), states: ['eligible', 'shortlisted'] },
      title: 'Interviews for {round}',
      body: 'We read {title} with interest. We write again this month with times for an interview. You need to do nothing now.',
    }),
  );
  await story.step('broadcast:interviews:send', async () => {
    const { count } = await broadcasts.preview(officer, await broadcasts.get(officer, id));
    return broadcasts.send(officer, id, { count });
  });
  await story.make('broadcast:draft', () =>
    broadcasts.create(officer, {
      ...{ roundId: story.id(round), states: ['draft'] },
      title: 'Three weeks left for {round}',
      body: 'Your draft {title} is due {due}. Call us when you are stuck, or come on Tuesday.',
    }),
  );
}
