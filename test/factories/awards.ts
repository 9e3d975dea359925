/** Awards for tests: from a carried motion's effect to an agreement in force, by the real use cases. */
import { type AwardDraft, awardDraftEffect } from '../../src/features/decisions/index.js';
import { AgencySettings } from '../../src/features/agency/index.js';
import { Applications, ApplicationSections } from '../../src/features/applications/index.js';
import { Awards } from '../../src/features/awards/index.js';
import { AwardTerms } from '../../src/features/awards/award-terms.service.js';
import { AcceptInput, AwardTermsInput } from '../../src/features/awards/award.input.js';
import { ExclusionCheckInput, ExclusionChecks } from '../../src/features/organizations/index.js';
import { type PersonActor, systemActor } from '../../src/kernel/actor.js';
import { newId } from '../../src/kernel/ids.js';
import { Money } from '../../src/kernel/money.js';
import { sql } from '../../src/platform/database/sql.js';
import type { World } from '../support/world.js';
import { organization, organizationMember } from './organizations.js';
import { type MadeRound, publishedRound } from './rounds.js';

export interface AwardOptions {
  readonly amount: Money;
  /** The categories the application asks for; one when absent. Scaled to the amount. */
  readonly budget?: readonly { readonly category: string; readonly amount: Money }[];
  /** A round that was made already; else one with just this amount set aside. */
  readonly round?: MadeRound;
}

export interface MadeAward {
  readonly awardId: string;
  readonly applicationId: string;
  readonly organizationId: string;
  readonly signatory: PersonActor;
  readonly poolId: string;
  readonly sourceId: string;
  readonly fundId: string;
  readonly roundId: string;
}

let count = 0;

export interface ApplicationOptions {
  readonly round: MadeRound;
  readonly requested: Money;
  readonly budget?: AwardOptions['budget'];
}

/** The district every application here is for. */
async function requireDistrict(world: World): Promise<void> {
  const settings = world.get(AgencySettings);
  const { districts, version, ...rest } = await settings.current();
  if (districts.length > 0) return;
  const texts = { helpPhone: rest.helpPhone ?? undefined, helpEmail: rest.helpEmail ?? undefined };
  const changed = { ...rest, ...texts, address: rest.address ?? undefined, holidays: undefined, version };
  await settings.update(systemActor('test'), { ...changed, districts: [{ name: 'Kent' }] } as never);
}

/** An application that a motion approved: written, certified, screened in. */
export async function approvedApplication(
  world: World,
  { round, requested, budget }: ApplicationOptions,
): Promise<{ applicationId: string; organizationId: string }> {
  await requireDistrict(world);
  const system = systemActor('test');
  const applications = world.get(Applications);
  const sections = world.get(ApplicationSections);
  const { id: organizationId } = await organization(world, { uei: 'ABC123DEF456' });
  const begun = { roundId: round.roundId, organizationId, title: 'Reading after school' };
  const { id } = await applications.create(system, begun);
  const summary = {
    title: begun.title,
    summary: 'Tutoring after school.',
    schools: 'Pine Tree, Millennium Elementary',
  };
  await sections.saveSummary(system, id, { ...summary, districts: [{ district: 'Kent', share: 10_000 }] });
  await sections.saveBudget(system, id, {
    requested,
    lines: [...(budget ?? [{ category: 'Staff', amount: requested }])],
  });
  const partner = { name: 'Example Housing', role: 'Tutoring site', level: 'coordinated' as const };
  await sections.savePartners(system, id, { partners: [partner] });
  await applications.submit(system, id, {});
  await applications.take(system, id, 'screen_in', {});
  await world.db.work(system, async (work) => {
    await applications.decide(work, { ids: [id], action: 'approve', note: 'By motion' });
    return null;
  });
  return { applicationId: id, organizationId };
}

/** What a carried motion asks for; the motion itself is of no matter here. */
export function draftOf(world: World, applicationId: string, amount: Money): AwardDraft {
  count += 1;
  const motionNumber = `2015-${String(count).padStart(4, '0')}`;
  return { motionId: newId(), motionNumber, applicationId, amount, decidedOn: world.db.today };
}

/** Draws up the award in a work of its own, as a motion does in its own. */
export async function drawUp(world: World, draft: AwardDraft): Promise<string> {
  await world.db.work(systemActor('test'), async (work) => {
    await work.apply([awardDraftEffect(draft)]);
    return null;
  });
  const row = await world.db.find<{ id: string }>(
    sql`select id from awards where application_id = ${draft.applicationId}`,
  );
  return row?.id ?? '';
}

/** An award as the motion left it. */
export async function draftedAward(world: World, options: AwardOptions): Promise<MadeAward> {
  const round = options.round ?? (await publishedRound(world, { setAside: options.amount, ceiling: options.amount }));
  const { applicationId, organizationId } = await approvedApplication(world, {
    round,
    requested: options.amount,
    budget: options.budget,
  });
  const awardId = await drawUp(world, draftOf(world, applicationId, options.amount));
  const signatory = await organizationMember(world, organizationId, 'signatory');
  const { poolId, sourceId, fundId, roundId } = round;
  return { awardId, applicationId, organizationId, signatory, poolId, sourceId, fundId, roundId };
}

/** Terms with everything an offer needs. */
export function termsInput(world: World, given: Partial<AwardTermsInput> = {}): AwardTermsInput {
  const { today, currentCalendar } = world.db;
  return Object.assign(new AwardTermsInput(), {
    title: 'Reading after school',
    startsOn: today,
    endsOn: currentCalendar.addMonths(today, 10),
    acceptBy: currentCalendar.addDays(today, 20),
    agreementKind: 'subrecipient',
    riskRating: 'low',
    scope: 'Tutoring on four afternoons a week, with families at the table.',
    scopeAgreedOn: today,
    conditions: 'proof of insurance, naming this agency;\na signed memorandum of understanding with each partner.',
    insuranceOnFileOn: today,
    districts: [{ district: 'Kent', share: 10_000 }],
    ...given,
  });
}

/** A draft with its terms settled, the recipient checked and the documents ready. */
export async function preparedAward(world: World, options: AwardOptions): Promise<MadeAward> {
  const made = await draftedAward(world, options);
  await settle(world, made);
  return made;
}

/** Settles the terms of a draft, records the exclusion check and has the documents made. */
export async function settle(world: World, { awardId, organizationId }: MadeAward): Promise<void> {
  const system = systemActor('test');
  await world.get(AwardTerms).update(system, awardId, termsInput(world));
  const check = { checkedOn: world.db.today, method: 'sam_gov', result: 'clear', queryText: 'By name' };
  await world.get(ExclusionChecks).record(system, organizationId, Object.assign(new ExclusionCheckInput(), check));
  await world.get(Awards).take(system, awardId, 'prepare', {});
  await world.drain();
}

export async function offeredAward(world: World, options: AwardOptions): Promise<MadeAward> {
  const made = await preparedAward(world, options);
  await world.get(Awards).take(systemActor('test'), made.awardId, 'offer', {});
  return made;
}

export const certified = (): AcceptInput => Object.assign(new AcceptInput(), { certified: true });

export async function acceptedAward(world: World, options: AwardOptions): Promise<MadeAward> {
  const made = await offeredAward(world, options);
  await world.get(Awards).accept(made.signatory, made.awardId, certified());
  return made;
}

/** An award in force: signed by both sides. */
export async function activeAward(world: World, options: AwardOptions): Promise<MadeAward> {
  const made = await acceptedAward(world, options);
  await world.get(Awards).take(await world.actor('agency_signatory'), made.awardId, 'countersign', {});
  return made;
}
