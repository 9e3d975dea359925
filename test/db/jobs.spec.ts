import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { createDrainer } from '../../src/application.js';
import { MailScopes, Operations } from '../../src/features/agency/index.js';
import { People } from '../../src/features/identity/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Policy } from '../../src/kernel/policy.js';
import type { Config } from '../../src/platform/config/config.js';
import { CONFIG, LOGGER } from '../../src/platform/config/tokens.js';
import { sql } from '../../src/platform/database/sql.js';
import type { Work } from '../../src/platform/database/work.js';
import { Drainer, type OutboxLoop } from '../../src/platform/jobs/drainer.js';
import { MOST_ATTEMPTS } from '../../src/platform/jobs/outbox.js';
import { type Job, JobHandlers } from '../../src/platform/jobs/job.js';
import { MailDelivery, Mailer } from '../../src/platform/mail/mail.js';
import { Texts } from '../../src/platform/texts/texts.js';
import { openWorld, type World } from '../support/world.js';
import { until } from '../support/until.js';

const TOPIC = 'mail.deliver';
const SYSTEM = systemActor('test');
const REFUSAL = { code: 'job.not_failed', status: 409 };

let world: World;
let administrator: PersonActor;
let auditor: PersonActor;
let operations: Operations;

beforeAll(async () => {
  world = await openWorld();
  administrator = await world.actor('administrator');
  auditor = await world.actor('auditor');
  operations = world.get(Operations);
});
afterAll(() => world?.close());
beforeEach(async () => {
  await world.db.work(SYSTEM, (work) => work.query(sql`delete from outbox`));
});
afterEach(() => {
  jest.restoreAllMocks();
});

interface StoredJob {
  readonly id: string;
  readonly attempts: number;
  readonly availableAt: Date;
  readonly doneAt: Date | null;
  readonly failedAt: Date | null;
  readonly lockedUntil: Date | null;
  readonly lastError: string | null;
}

const jobs = (from = world): Promise<StoredJob[]> =>
  from.db.query<StoredJob>(sql`
    select id, attempts, available_at as "availableAt", done_at as "doneAt", failed_at as "failedAt",
           locked_until as "lockedUntil", last_error as "lastError" from outbox order by created_at, id`);

async function onlyJob(from = world): Promise<StoredJob> {
  const all = await jobs(from);
  expect(all).toHaveLength(1);
  return all[0] as StoredJob;
}

const queue = (count = 1): Promise<void> =>
  world.db.work(SYSTEM, async (work) => {
    for (let number = 1; number <= count; number += 1) work.queue(TOPIC, { number });
  });

const change = (changes: ReturnType<typeof sql>): Promise<unknown> =>
  world.db.work(SYSTEM, (work) => work.query(sql`update outbox set ${changes}`));

/** Puts this in the place of the real handler and gives how often it ran for each job. */
function handleBy(handle: (job: Job) => Promise<void> | void): Map<string, number> {
  const runs = new Map<string, number>();
  jest.spyOn(world.get(MailDelivery), 'handle').mockImplementation(async (_payload, job) => {
    runs.set(job.id, (runs.get(job.id) ?? 0) + 1);
    await handle(job);
  });
  return runs;
}

/** A drainer like that of a worker process of its own. */
function drainer(own: { readonly pollMilliseconds?: number } = {}): OutboxLoop {
  const parts = {
    config: world.app.get<Config>(CONFIG, { strict: false }),
    logger: world.app.get(LOGGER, { strict: false }),
    clock: world.clock,
    databaseUrl: world.database.appUrl,
    setRole: false,
  };
  return createDrainer(world.app, parts, own);
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('a job', () => {
  it('exists exactly when the work it was queued in commits', async () => {
    const failing = world.db.work(SYSTEM, async (work) => {
      work.queue(TOPIC, {});
      await work.flush();
      throw new Error('Something else went wrong');
    });
    await expect(failing).rejects.toThrow('Something else went wrong');
    expect(await jobs()).toEqual([]);
    await queue();
    expect(await onlyJob()).toMatchObject({ attempts: 0, doneAt: null, failedAt: null });
  });

  it('is not run before its time', async () => {
    const runs = handleBy(() => undefined);
    const availableAt = new Date(world.clock.now().getTime() + 60_000);
    await world.db.work(SYSTEM, async (work) => work.queue(TOPIC, {}, { availableAt }));
    expect(await world.drain()).toBe(0);
    world.clock.advance(60_000);
    expect(await world.drain()).toBe(1);
    expect(runs.size).toBe(1);
  });

  it('waits when no handler here knows it', async () => {
    await queue();
    await change(sql`topic = 'of.a_later_release'`);
    expect(await world.drain()).toBe(0);
    expect(await onlyJob()).toMatchObject({ attempts: 0, failedAt: null });
  });

  it('wakes a worker that waits', async () => {
    const runs = handleBy(() => undefined);
    const worker = drainer({ pollMilliseconds: 3_600_000 });
    worker.start();
    try {
      await pause(200);
      await queue();
      await until(() => runs.size === 1);
    } finally {
      await worker.stop();
    }
    expect((await onlyJob()).doneAt).not.toBeNull();
  });
});

describe('two drainers', () => {
  let first: OutboxLoop;
  let second: OutboxLoop;
  beforeEach(() => {
    first = drainer();
    second = drainer();
  });
  afterEach(() => Promise.all([first.stop(), second.stop()]));

  it('run each job once between them', async () => {
    const runs = handleBy(() => pause(5));
    await queue(60);
    const counts = await Promise.all([first.drain(), second.drain()]);
    expect(counts[0] + counts[1]).toBe(60);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(runs.size).toBe(60);
    expect([...runs.values()].filter((count) => count !== 1)).toEqual([]);
    expect((await jobs()).filter(({ doneAt }) => doneAt === null)).toEqual([]);
  });

  it('leave a job that takes long to the one that has it', async () => {
    const runs = handleBy(() => pause(600));
    await queue();
    const options = { url: world.database.appUrl, sessionOptions: '', renewMilliseconds: 20 };
    const slow = new Drainer(options, new JobHandlers([world.get(MailDelivery)]), world.app.get(LOGGER));
    slow.now = () => world.clock.now();
    const running = slow.drain();
    await until(() => runs.size === 1);
    await change(sql`locked_until = clock_timestamp() + interval '100 milliseconds'`);
    await pause(250);
    expect(await second.drain()).toBe(0);
    expect(await running).toBe(1);
    await slow.stop();
    expect([...runs.values()]).toEqual([1]);
    expect((await onlyJob()).doneAt).not.toBeNull();
  });

  it('do not write over each other when one lost its lease and came back', async () => {
    let release: () => void = () => undefined;
    const late = new Promise<void>((resolve) => (release = resolve));
    handleBy(async (job) => {
      if (job.attempt > 1) return;
      await late;
      throw new Error('Too late');
    });
    await queue();
    const running = first.drain();
    await until(async () => (await onlyJob()).attempts === 1);
    await change(sql`locked_until = clock_timestamp() - interval '1 second'`);
    expect(await second.drain()).toBe(1);
    release();
    await running;
    const job = await onlyJob();
    expect(job.doneAt).not.toBeNull();
    expect(job.lastError).toBeNull();
  });
});

describe('a job that fails', () => {
  it('is tried again, each time later, then left with its error until an administrator retries it', async () => {
    let isBroken = true;
    handleBy(() => {
      if (isBroken) throw new Error('The printer is out of paper');
    });
    await queue();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      expect(await world.drain()).toBe(1);
      expect(await world.drain()).toBe(0);
      const job = await onlyJob();
      expect(job).toMatchObject({ attempts: attempt, lastError: 'The printer is out of paper', doneAt: null });
      expect(job.failedAt === null).toBe(attempt < MOST_ATTEMPTS);
      waits.push((job.availableAt.getTime() - world.clock.now().getTime()) / 1000);
      world.clock.advance(waits.at(-1)! * 1000);
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256]);
    world.clock.advance(86_400_000);
    expect(await world.drain()).toBe(0);

    const { id } = await onlyJob();
    await expect(operations.retry(auditor, id)).rejects.toMatchObject({ code: 'permission.missing' });
    isBroken = false;
    await operations.retry(administrator, id);
    expect(await onlyJob()).toMatchObject({ attempts: 0, failedAt: null });
    await expect(operations.retry(administrator, id)).rejects.toMatchObject(REFUSAL);
    expect(await world.drain()).toBe(1);
    expect((await onlyJob()).doneAt).not.toBeNull();
    await expect(operations.retry(administrator, id)).rejects.toMatchObject(REFUSAL);
    const audits = await world.db.query(sql`select action, actor from audit_events where subject_id = ${id}`);
    expect(audits).toEqual([{ action: 'job.retried', actor: `person:${administrator.personId}` }]);
  });

  it('is retried once when two administrators ask at once', async () => {
    await queue();
    await change(sql`failed_at = ${world.clock.now()}, attempts = ${MOST_ATTEMPTS}`);
    const { id } = await onlyJob();
    const asked = await Promise.allSettled([operations.retry(administrator, id), operations.retry(administrator, id)]);
    expect(asked.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('stands first in the list, without what it was queued with', async () => {
    await queue(3);
    const [oldest] = await jobs();
    await world.db.work(SYSTEM, async (work) => {
      await work.query(sql`update outbox set failed_at = ${work.now}, last_error = 'No' where id = ${oldest?.id}`);
      work.queue(TOPIC, { done: true });
    });
    const done = (await jobs()).find(({ id }) => id !== oldest?.id);
    await world.db.work(SYSTEM, (work) =>
      work.query(sql`update outbox set done_at = ${work.now} where id = ${done?.id}`),
    );
    const page = await operations.jobs(auditor, { limit: 2 });
    expect(page.count).toBe(3);
    expect(page.items[0]).toMatchObject({ id: oldest?.id, state: 'failed', error: 'No' });
    expect(page.items[0]).not.toHaveProperty('payload');
    const rest = await operations.jobs(auditor, { limit: 2, after: page.next ?? undefined });
    const seen = [...page.items, ...rest.items].map(({ id }) => id);
    expect(new Set(seen).size).toBe(3);
    expect(seen).not.toContain(done?.id);
    expect((await operations.jobs(await world.actor('finance_officer'), {})).items).toEqual([]);
  });
});

describe('a drainer that dies', () => {
  it('loses nothing: its jobs are run when its lease is over', async () => {
    const runs = handleBy(() => undefined);
    await queue(5);
    await change(sql`attempts = 1, locked_until = clock_timestamp() + interval '1 minute'`);
    expect(await world.drain()).toBe(0);
    await change(sql`locked_until = clock_timestamp() - interval '1 second'`);
    expect(await world.drain()).toBe(5);
    expect([...runs.values()]).toEqual([1, 1, 1, 1, 1]);
    expect((await jobs()).every(({ doneAt, attempts }) => doneAt !== null && attempts === 2)).toBe(true);
  });

  it('is not followed by others for ever when the job is what kills it', async () => {
    const runs = handleBy(() => undefined);
    await queue();
    await change(sql`attempts = ${MOST_ATTEMPTS}, locked_until = clock_timestamp() - interval '1 second'`);
    expect(await world.drain()).toBe(0);
    expect(runs.size).toBe(0);
    expect(await onlyJob()).toMatchObject({ lastError: 'The worker stopped during each attempt.', lockedUntil: null });
    expect((await onlyJob()).failedAt).not.toBeNull();
  });

  it('between the effect and its mark repeats the job, which then finds its effect', async () => {
    const people = world.get(People);
    await people.create(administrator, { name: 'Ines Invited', email: 'ines@example.org' });
    await world.drain();
    const sent = (): Promise<unknown[]> =>
      world.db.query(sql`select message_id from mails where recipient = 'ines@example.org'`);
    const before = await sent();
    expect(before).toHaveLength(1);
    await change(sql`done_at = null, locked_until = clock_timestamp() - interval '1 second'`);
    expect(await world.drain()).toBe(2);
    expect(await sent()).toEqual(before);
  });

  it('by being told to stop finishes the jobs in hand and takes no more', async () => {
    // The jobs in hand end only after the drainer was told to stop, however slow the machine is.
    let finish = (): void => undefined;
    const told = new Promise<void>((resolve) => (finish = resolve));
    const runs = handleBy(() => told);
    await queue(12);
    const worker = drainer();
    worker.start();
    await until(() => runs.size === 4);
    const stopped = worker.stop();
    finish();
    await stopped;
    const all = await jobs();
    expect(all.filter(({ attempts }) => attempts > 0)).toHaveLength(4);
    expect(all.filter(({ doneAt }) => doneAt !== null)).toHaveLength(4);
  });
});

/** Writes a mail with a link that lets somebody in. */
const write = (from: World, work: Work): Promise<string> =>
  from.get(Mailer).send(work, {
    to: 'mara@example.org',
    subjectKey: 'mail.invitation.subject',
    params: { agency: 'Example District' },
    about: null,
    template: 'mail/invitation',
    view: {
      name: 'Mara',
      agency: 'Example District',
      helpPhone: null,
      link: 'http://granary.test/links/token-of-mara',
      expires: 'Friday',
    },
    carriesSecret: true,
  });

describe('mail', () => {
  it('stays kept where no mail server is set', async () => {
    const id = await world.db.work(SYSTEM, (work) => write(world, work));
    expect(await world.drain()).toBe(1);
    expect((await onlyJob()).doneAt).not.toBeNull();
    const mail = await operations.mail(administrator, id);
    expect(mail).toMatchObject({ state: 'kept', sentAt: null, recipient: 'mara@example.org' });
    const { items } = await operations.mails(auditor, { q: 'MARA@' });
    expect(items.map((line) => line.id)).toEqual([id]);
  });

  it('shows its link to nobody, but in a demo', async () => {
    const id = await world.db.work(SYSTEM, (work) => write(world, work));
    const masked = await operations.mail(administrator, id);
    expect(masked.masked).toBe(true);
    expect(masked.body).toContain('[link hidden]');
    expect(masked.body).not.toContain('token-of-mara');
    expect(masked.body).toContain('Hello Mara');
    const config = { ...world.app.get<Config>(CONFIG, { strict: false }), demo: true };
    const demo = new Operations(world.db, world.get(Policy), world.get(Texts), world.get(MailScopes), config);
    expect((await demo.mail(administrator, id)).body).toContain('http://granary.test/links/token-of-mara');
    const stranger = await world.actor('finance_officer');
    await expect(operations.mail(stranger, id)).rejects.toMatchObject({ code: 'thing.not_found' });
    expect((await operations.mails(stranger, {})).items).toEqual([]);
  });
});

describe('mail with a mail server', () => {
  const received: string[] = [];
  let answer: () => Promise<Error | undefined> = async () => undefined;
  let server: SMTPServer;
  let sending: World;

  beforeAll(async () => {
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData(stream, _session, callback) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          void answer().then((refusal) => {
            if (refusal === undefined) received.push(Buffer.concat(chunks).toString('utf8'));
            callback(refusal);
          });
        });
      },
    });
    const port = await new Promise<number>((resolve) => {
      const listening = server.listen(0, '127.0.0.1', () => {
        resolve((listening.address() as { port: number }).port);
      });
    });
    const env = { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'granary@example.org' };
    sending = await openWorld({ env });
  });
  afterAll(async () => {
    await sending?.close();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  beforeEach(async () => {
    received.length = 0;
    answer = async () => undefined;
    await sending.db.work(SYSTEM, (work) => work.query(sql`delete from outbox`));
  });

  const stored = async (id: string): Promise<{ messageId: string; sentAt: Date | null } | undefined> =>
    sending.db.find(sql`select message_id as "messageId", sent_at as "sentAt" from mails where id = ${id}`);

  it('is delivered once, under its own Message-ID, however many jobs ask for it', async () => {
    answer = async () => {
      await pause(100);
      return undefined;
    };
    const id = await sending.db.work(SYSTEM, async (work) => {
      const mailId = await write(sending, work);
      work.queue(TOPIC, { mailId });
      return mailId;
    });
    expect(await sending.drain()).toBe(2);
    await sending.db.work(SYSTEM, async (work) => work.queue(TOPIC, { mailId: id }));
    expect(await sending.drain()).toBe(1);
    expect((await jobs(sending)).every(({ doneAt }) => doneAt !== null)).toBe(true);
    expect(received).toHaveLength(1);
    expect(received[0]).toContain(`Message-ID: <${id}@granary.test>`);
    expect(received[0]).toMatch(/^To: mara@example.org\r$/mu);
    expect((await stored(id))?.messageId).toBe(`<${id}@granary.test>`);
    expect((await stored(id))?.sentAt).not.toBeNull();
  });

  it('is sent later when the server refuses at first', async () => {
    answer = async () => new Error('Come back later');
    const id = await sending.db.work(SYSTEM, (work) => write(sending, work));
    expect(await sending.drain()).toBe(1);
    expect(received).toEqual([]);
    expect((await stored(id))?.sentAt).toBeNull();
    expect((await onlyJob(sending)).lastError).toMatch(/^The mail server did not take the mail: .*Come back later/u);
    answer = async () => undefined;
    sending.clock.advance(2000);
    expect(await sending.drain()).toBe(1);
    expect(received).toHaveLength(1);
    expect(received[0]).toContain(`Message-ID: <${id}@granary.test>`);
    expect((await stored(id))?.sentAt).not.toBeNull();
  });

  it('is not sent when its work does not commit', async () => {
    const failing = sending.db.work(SYSTEM, async (work) => {
      await write(sending, work);
      throw new Error('Something else went wrong');
    });
    await expect(failing).rejects.toThrow('Something else went wrong');
    expect(await sending.drain()).toBe(0);
    expect(received).toEqual([]);
  });
});
