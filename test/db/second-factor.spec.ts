/** The second step where services meet it: votes, the command on the server, and what is swept away. */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateSync } from 'otplib';
import { AgencySettings, RuleSets } from '../../src/features/agency/index.js';
import { Votes } from '../../src/features/decisions/index.js';
import { SecondFactors, SecondFactorSetUp } from '../../src/features/sign-in/index.js';
import { SecondFactorSweep } from '../../src/features/sign-in/second-factor.sweep.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import { SEALED_COLUMNS } from '../../src/platform/secrets/sealed-columns.js';
import { resetSecondFactor } from '../../src/reset-second-factor.js';
import { motionOf, roundForDecision, sessionOn } from '../factories/decisions.js';
import { refusal } from '../support/refusal.js';
import { openWorld, type TestPerson, type World } from '../support/world.js';

const system = systemActor('test');
let world: World;
beforeAll(async () => {
  world = await openWorld({ secondFactor: 'required' });
  await world.db.work(system, async (work) => {
    await world.get(AgencySettings).ensureDefaults(work);
    await world.get(RuleSets).ensureDefaults(work);
    return null;
  });
});
afterAll(async () => world?.close());

async function begun(): Promise<{ person: TestPerson; actor: PersonActor; secret: string }> {
  const person = await world.person([{ role: 'administrator' }]);
  const actor: PersonActor = { kind: 'person', personId: person.personId, name: person.name, grants: [] };
  await world.get(SecondFactorSetUp).begin(actor);
  const { secret = '' } = (await world.get(SecondFactorSetUp).begun(actor)) ?? {};
  return { person, actor, secret };
}

const codeOf = (secret: string): string =>
  generateSync({ secret, epoch: Math.floor(world.clock.now().getTime() / 1000) });

describe('a vote on a device of one\u2019s own', () => {
  it('asks for a second step; one that is called out and recorded does not', async () => {
    const round = await roundForDecision(world, [Money.parse('100')]);
    const session = await sessionOn(world, round);
    const items = [{ applicationId: round.applicationIds[0] ?? '' }];
    const id = await motionOf(world, session, { kind: 'decline', items: items as never });
    const [first, second] = session.members as [PersonActor, PersonActor];
    const votes = world.get(Votes);
    const without: PersonActor = { ...first, secondFactor: 'missing' };
    expect((await refusal(votes.vote(without, id, { choice: 'aye' }))).code).toBe('second_factor.vote_required');
    await votes.vote({ ...first, secondFactor: 'done' }, id, { choice: 'aye' });
    const clerk: PersonActor = { ...session.clerk, secondFactor: 'missing' };
    await votes.recordVote(clerk, id, { personId: second.personId, choice: 'aye' });
    // Who may not even see it is told nothing about second steps.
    const stranger: PersonActor = { ...(await world.actor('applicant')), secondFactor: 'missing' };
    expect((await refusal(votes.vote(stranger, id, { choice: 'aye' }))).kind).toBe('not_found');
  });
});

describe('the command on the server', () => {
  it('takes it off, signs out, tells the person and leaves its trace', async () => {
    const { person, actor, secret } = await begun();
    await world.get(SecondFactorSetUp).confirm(actor, codeOf(secret));
    expect(await world.get(SecondFactors).isSetUp(world.db, person.accountId)).toBe(true);
    expect(await resetSecondFactor(world.app, ` ${person.email.toUpperCase()} `)).toEqual([person.name]);
    expect(await world.get(SecondFactors).isSetUp(world.db, person.accountId)).toBe(false);
    expect((await refusal(resetSecondFactor(world.app, person.email))).fields[0]?.code).toBe(
      'second_factor.not_set_up',
    );
    const trace = await world.db.query(sql`
      select actor from audit_events where action = 'second_factor.reset' and subject_id = ${person.personId}`);
    expect(trace).toEqual([{ actor: 'system:command' }]);
    const codes = await world.db.query(sql`
      select 1 from recovery_codes c join second_factors f on f.id = c.second_factor_id
      where f.account_id = ${person.accountId}`);
    expect(codes).toEqual([]);
  });
});

describe('what is left lying', () => {
  it('is swept: a set-up that was left half done loses its secret after a day', async () => {
    const { person, secret } = await begun();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    await world.get(SecondFactorSweep).sweep();
    const open = sql`select secret_sealed is null as gone from second_factors where account_id = ${person.accountId}`;
    expect(await world.db.query(open)).toEqual([{ gone: false }]);
    world.clock.advance(25 * 3_600_000);
    await world.get(SecondFactorSweep).sweep();
    expect(await world.db.query(open)).toEqual([{ gone: true }]);
  });

  it('is sealed, where a change of keys finds it', () => {
    expect(SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`)).toContain('second_factors.secret_sealed');
  });
});

describe('two who confirm the same set-up at once', () => {
  it('end with one set of recovery codes, those of the one that was heard', async () => {
    const { person, actor, secret } = await begun();
    const setUp = world.get(SecondFactorSetUp);
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => setUp.confirm(actor, codeOf(secret))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    const heard = outcomes.find((each) => each.status === 'fulfilled');
    const codes = heard?.status === 'fulfilled' ? heard.value.recoveryCodes : [];
    expect(await world.get(SecondFactors).recoveryCodesLeft(world.db, person.accountId)).toBe(10);
    expect(await world.get(SecondFactors).take(person.accountId, codes[0] ?? '', '10.0.0.1')).toBe('recovery');
  });
});
