/** The lists of applications and of messages to them, with filter and search: many against few. */
import { Client } from 'pg';
import { Money } from '../../src/kernel/money.js';
import { submittedApplication } from '../factories/applications.js';
import { publishedRound } from '../factories/rounds.js';
import { failuresOf, openWebWorld, type WebWorld } from '../support/world.js';
import { median, millisecondsOf, ms, say, type Sizes, tell, times } from './measure.js';

const ORGANIZATIONS_OF_APPLICATIONS = 5;
const ROUNDS = 20;

// Where the small list finds a handful, both show no more: each line takes its time, whatever it was found among.
const PAGES: readonly { what: string; url: string }[] = [
  { what: 'Application list', url: '/applications' },
  { what: 'Application list, by state', url: '/applications?state=submitted' },
  { what: 'Application list, a word that many have', url: '/applications?state=submitted&q=garden' },
  { what: 'Application list, a word that one has', url: '/applications?state=submitted&q=lighthouse' },
  { what: 'Application list, an organization', url: '/applications?q=Bench%20organization%2077%20of' },
  { what: 'Application list, one of 18 organizations', url: '/applications?q=Bench%20organization%207' },
  { what: 'Application list, by amount', url: '/applications?sort=-requested' },
  { what: 'Worklist', url: '/screening' },
  { what: 'Worklist, a word that many have', url: '/screening?q=garden' },
  { what: 'Worklist, a word that one has', url: '/screening?q=lighthouse' },
  { what: 'Worklist, an organization', url: '/screening?q=Bench%20organization%2077%20of' },
  { what: 'Worklist, one of 18 organizations', url: '/screening?q=Bench%20organization%207&limit=10' },
  { what: 'Worklist, by title', url: '/screening?sort=title' },
  { what: 'Worklist, by organization', url: '/screening?sort=organization' },
  { what: 'Worklist, what may be twice', url: '/screening?check=duplicates&limit=5' },
  { what: 'Worklist, by amount', url: '/screening?state=all&sort=-requested' },
  { what: 'Messages to many', url: '/broadcasts' },
];

export async function benchApplicationLists(sizes: Sizes): Promise<void> {
  const [many, few] = sizes.applications;
  say(`making ${many.toLocaleString('en-US')} applications ...`);
  const small = await openListWorld(few);
  const large = await openListWorld(many);
  try {
    const visitors = [await large.signIn('program_officer'), await small.signIn('program_officer')];
    for (const { what, url } of PAGES) {
      // They take turns, so that a busy moment falls on both.
      const waits: number[][] = [[], []];
      for (let turn = 0; turn <= sizes.requests; turn += 1) {
        for (const [index, visitor] of visitors.entries()) {
          const wait = await millisecondsOf(async () => {
            const { statusCode } = await visitor.get(url);
            if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}: ${failuresOf(large).join(' ')}`);
          });
          if (turn > 0) waits[index]?.push(wait);
        }
      }
      const [ours, theirs] = waits.map(median) as [number, number];
      tell({
        what,
        ...{ ours: ms(ours), baseline: `${ms(theirs)}, itself at ${few.toLocaleString('en-US')}` },
        ...{ ratio: `${times(ours / theirs)} its time`, aim: '1.5x' },
      });
    }
  } finally {
    await large.close();
    await small.close();
  }
}

/** Copies of one row with these changes, one for each row of `from`. */
const copy = (table: string, changes: string, from: string): string =>
  `insert into ${table} select made.* from (select to_jsonb(x) || jsonb_build_object(${changes}) as row ${from}) each,
     jsonb_populate_record(null::${table}, each.row) made`;

/** One application that was really sent, and copies of it under other names. */
async function openListWorld(count: number): Promise<WebWorld> {
  const world = await openWebWorld();
  const { roundId } = await publishedRound(world, { ceiling: Money.parse('100000') });
  const { applicationId, organizationId } = await submittedApplication(world, { roundId });
  const client = new Client({ connectionString: world.database.adminUrl });
  await client.connect();
  try {
    await client.query('set session_replication_role = replica');
    for (const statement of statements({ roundId, applicationId, organizationId, count }))
      await client.query(statement);
    await client.query('set session_replication_role = origin');
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
  return world;
}

interface Seed {
  readonly roundId: string;
  readonly applicationId: string;
  readonly organizationId: string;
  readonly count: number;
}

const WORDS = ['garden', 'music', 'robots', 'reading', 'bridges', 'kitchen', 'theater', 'math', 'river', 'voices'];

function statements({ roundId, applicationId, organizationId, count }: Seed): string[] {
  const organizations = Math.max(1, Math.floor(count / ORGANIZATIONS_OF_APPLICATIONS));
  const words = `(array[${WORDS.map((word) => `'${word}'`).join(', ')}])`;
  return [
    `create temp table seed_rounds as select n, gen_random_uuid() as id from generate_series(0, ${ROUNDS - 1}) n`,
    `create temp table seed_organizations as
       select n, gen_random_uuid() as id, 'Bench organization ' || n || ' of us' as name
       from generate_series(0, ${organizations - 1}) n`,
    `create temp table seed_applications as
       select n, gen_random_uuid() as id, '2016-' || lpad(n::text, 6, '0') as number, 100 * (n * 7919 % 250000) as cents,
         case when n = ${Math.floor(count / 2)} then 'A lighthouse' when n % 400 in (0, 20) then 'Sent by two ' || n / 400
           else ${words}[1 + n % 10] || ' and ' || ${words}[1 + n / 10 % 10] || ' ' || n end as title
       from generate_series(0, ${count - 2}) n`,
    `analyze seed_rounds, seed_organizations, seed_applications`,
    copy(
      'rounds',
      `'id', s.id, 'pool_id', gen_random_uuid(), 'number', 'B-' || s.n, 'name', 'Bench round ' || s.n`,
      `from rounds x, seed_rounds s where x.id = '${roundId}'`,
    ),
    copy(
      'organizations',
      `'id', s.id, 'name', s.name`,
      `from organizations x, seed_organizations s where x.id = '${organizationId}'`,
    ),
    copy(
      'applications',
      // What a trigger writes is written here, since none runs.
      `'id', s.id, 'number', s.number, 'round_id', r.id, 'organization_id', o.id, 'receipt_number', 'R-' || s.n,
       'requested_cents', s.cents, 'shown_cents', s.cents, 'title', s.title, 'shown_title', s.title,
       'search_text', lower(s.number || chr(10) || s.title || chr(10) || o.name),
       'submitted_at', x.submitted_at + s.n * interval '1 second', 'state', (array['submitted', 'eligible', 'ineligible', 'declined'])[1 + s.n % 4]`,
      `from applications x, seed_applications s join seed_rounds r on r.n = (s.n + s.n / ${organizations}) % ${ROUNDS}
       join seed_organizations o on o.n = s.n * 7919 % ${organizations} where x.id = '${applicationId}'`,
    ),
    `insert into application_twins (application_id) select id from applications where title like 'Sent by two %'`,
    `insert into broadcasts (id, created_at, state, round_id, fund_id, states, title, body, expects_answer, written_by,
         sent_by, sent_at, item_count, sent_count)
       select r.id, now(), 'sent', r.id, x.fund_id, '{submitted}', 'News of round ' || r.n, 'All is well.', false, p.id,
         p.id, now(), n.items, n.items
       from rounds x, seed_rounds r cross join lateral (select count(*) as items from applications a where a.round_id = r.id) n
       cross join (select id from persons limit 1) p where x.id = '${roundId}'`,
    `insert into broadcast_items (id, created_at, broadcast_id, application_id, outcome, message_id)
       select gen_random_uuid(), now(), round_id, id, 'sent', gen_random_uuid() from applications
       where round_id in (select id from seed_rounds)`,
    copy(
      'application_districts',
      `'id', gen_random_uuid(), 'application_id', s.id`,
      `from application_districts x, seed_applications s where x.application_id = '${applicationId}'`,
    ),
  ];
}
