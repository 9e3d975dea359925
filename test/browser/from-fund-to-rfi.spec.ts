/**
 * The whole way, as people go it: from an agency with nothing in it to a request for information that a small
 * organization sent from a phone, with two partners who confirmed. Every form is pressed; only the staff's accounts are
 * given. The director's part is gone a second time without any script.
 */
import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { projectRoot } from '../../src/platform/config/root.js';
import { sql } from '../../src/platform/database/sql.js';
import type { Role } from '../../src/kernel/policy.js';
import { pdfFile } from '../factories/attachments.js';
import { axeViolations, type BrowserWorld, openBrowserWorld, shoot, sidewaysScroll } from '../support/browser.js';
import { failuresOf, type WebWorld } from '../support/world.js';

jest.setTimeout(240_000);

const DESK = { width: 1280, height: 900 } as const;
const PHONE = { width: 390, height: 844 } as const;
const RFI = join(projectRoot(), 'src', 'demo', 'forms', 'rfi-9.json');
const MINUTE = 60_000;

let opened: BrowserWorld;
let world: WebWorld;
let address: string;
/** Kinds of pages that axe has looked at. */
const seen = new Set<string>();

beforeAll(async () => {
  opened = await openBrowserWorld();
  ({ world, address } = opened);
}, 120_000);

afterAll(async () => {
  expect(world === undefined ? [] : failuresOf(world)).toEqual([]);
  await opened?.close();
});

/** Somebody at a desk or with a phone: the pages they opened, and the fields they filled. */
class Walker {
  pages = 0;
  fields = 0;
  readonly titles: string[] = [];

  private constructor(
    private readonly name: string,
    readonly page: Page,
    private readonly hasScripts = true,
  ) {
    page.setDefaultTimeout(MINUTE);
  }

  static async staff(name: string, role: Role): Promise<Walker> {
    const person = await world.person([{ role }], name);
    const context = await opened.windowOf(await world.signIn(person), { viewport: DESK });
    return new Walker(name.toLowerCase().replaceAll(' ', '-'), await context.newPage());
  }

  static async phone(name: string, javaScriptEnabled = true): Promise<Walker> {
    const context = await opened.browser.newContext({ viewport: PHONE, javaScriptEnabled });
    return new Walker(name, await context.newPage(), javaScriptEnabled);
  }

  async goTo(path: string): Promise<void> {
    await this.page.goto(path.startsWith('http') ? path : `${address}${path}`);
    await this.look();
  }

  /** By the link of the newest mail. */
  async open(recipient: string): Promise<void> {
    await this.goTo(await linkTo(recipient));
  }

  async follow(words: string | RegExp): Promise<void> {
    const link = { name: words, ...(typeof words === 'string' && { exact: true }) };
    await this.leave(this.page.getByRole('main').getByRole('link', link).first());
  }

  async press(words: string | RegExp): Promise<void> {
    const button = { name: words, ...(typeof words === 'string' && { exact: true }) };
    await this.leave(this.page.getByRole('main').getByRole('button', button).first());
  }

  /** Types, ticks and chooses by the names of fields; what is ticked or chosen is said by its value. */
  async fill(values: Readonly<Record<string, string | readonly string[] | true>>): Promise<void> {
    for (const [name, value] of Object.entries(values)) {
      this.fields += 1;
      const field = this.page.locator(`main [name="${name}"]`).first();
      const isSelect = (await this.page.locator(`main select[name="${name}"]`).count()) > 0;
      const type = isSelect ? 'select' : await field.getAttribute('type');
      if (isSelect) {
        await field.selectOption(value as string);
      } else if (type === 'radio' || type === 'checkbox') {
        for (const each of value === true ? ['yes'] : [value].flat()) {
          await this.page.locator(`main [name="${name}"][value="${each}"]`).check();
        }
      } else {
        await field.fill(String(value));
      }
    }
  }

  /** What is pressed may be saved first: the next page is there when it is loaded. */
  private async leave(by: Locator): Promise<void> {
    const loaded = this.page.waitForEvent('load', { timeout: MINUTE });
    await by.click();
    await loaded;
    await this.look();
  }

  get words(): Promise<string> {
    return this.page.getByRole('main').innerText();
  }

  /** Each kind of page is one that everybody can use, and none is wider than the screen. */
  private async look(): Promise<void> {
    const path = this.page
      .url()
      .replace(address, '')
      .replace(/[?#].*$/u, '');
    this.pages += 1;
    this.titles.push(`${await this.page.locator('h1').first().innerText()} ${path}`);
    await shoot(this.page, `walk-${this.name}-${String(this.pages).padStart(2, '0')}`);
    // Nothing is asked of a page without scripts: the same pages were looked at with them.
    if (!this.hasScripts) return;
    const where = `${this.name} ${path}`;
    expect({ where, ...(await sidewaysScroll(this.page)) }).toMatchObject({ where, px: 0 });
    const kind = path.replaceAll(/[0-9a-f-]{36}|(?<=\/(?:links|partner|criteria)\/)[^/]+/gu, ':id');
    if (seen.has(kind)) return;
    seen.add(kind);
    expect({ where, violations: await axeViolations(this.page) }).toEqual({ where, violations: [] });
  }
}

/** A script reads the chosen file into its box. */
async function expectFilled(box: Locator): Promise<void> {
  for (let tries = 0; tries < 1200 && (await box.inputValue()) === ''; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(await box.inputValue()).not.toBe('');
}

/** The path of the link in the newest mail to this address: what the outbox sent. */
async function linkTo(recipient: string): Promise<string> {
  await world.drain();
  const mail = await world.db.find<{ body: string }>(
    sql`select body from mails where recipient = ${recipient} order by created_at desc, id desc limit 1`,
  );
  const path = /http:\/\/granary\.test(\/\S+)/u.exec(mail?.body ?? '')?.[1];
  if (path === undefined) throw new Error(`No link was mailed to ${recipient}: ${mail?.body}`);
  return path;
}

const line = (name: string, index: number, values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([field, value]) => [`${name}[${index}].${field}`, value]));

describe('from an empty fund to a published round', () => {
  let finance: Walker;
  let officer: Walker;
  let round: string;

  it('a source is recorded and put in force, and a fund and a pool are set up', async () => {
    finance = await Walker.staff('Finance officer', 'finance_officer');
    await finance.goTo('/');
    await finance.follow('Record the first funding source');
    await finance.fill({
      ...{ name: 'Community learning grant', grantor: 'State department of education', kind: 'state' },
      ...{ awardNumber: 'ST-2015-044', amount: '600,000', startsOn: '7/1/2015', endsOn: '6/30/2017' },
      ...{ liquidatesBy: '9/30/2017', indirectRule: 'de_minimis', indirectRateBasisPoints: '10' },
      ...line('budget', 0, { strand: 'Learning', category: 'Salaries', amount: '400,000', treatment: 'counted' }),
      ...line('budget', 1, { strand: 'Learning', category: 'Supplies', amount: '200,000', treatment: 'counted' }),
    });
    const rules = finance.page.locator('[name=ruleSetId]');
    await rules.selectOption({ index: 1 });
    await finance.press('Save as a draft');
    expect(await finance.words).toContain('Not in force yet');
    // What is missing in it comes back to who wrote it, not to who puts it in force.
    const approver = await Walker.staff('Finance approver', 'finance_approver');
    await approver.goTo('/');
    expect(await approver.words).toContain('Nothing to do');
    await finance.goTo('/');
    await finance.follow('Complete Community learning grant');
    await finance.fill({ subgrantAuthority: 'State budget act of 2015, section 512' });
    await finance.press('Save');
    await approver.goTo('/');
    await approver.follow('Activate Community learning grant');
    await approver.press('Activate');
    expect(await approver.words).toContain('The source is in force');

    officer = await Walker.staff('New officer', 'program_officer');
    await officer.goTo('/');
    await officer.follow('Set up the first fund');
    await officer.fill({ name: 'Learning after school', purpose: 'Programs that families chose.' });
    await officer.press('Set up the fund');
    await officer.follow('Add a pool');
    await officer.fill({ kind: 'round', name: 'First ideas, 2016' });
    await officer.press('Add the pool');
    await finance.goTo('/');
    await finance.follow('Set money aside for First ideas, 2016');
    await finance.page.locator('[name=sourceId]').selectOption({ label: 'Community learning grant' });
    await finance.fill({ amount: '250,000', authority: 'Board resolution 14 of 2015' });
    await finance.press('Set it aside');
    expect(await finance.words).toContain('$250,000');
  });

  it('a new officer makes the round, and is told what is missing before it can be published', async () => {
    await officer.goTo('/');
    await officer.follow('Set up a round for First ideas, 2016');
    await officer.fill({
      ...{ number: 'RFI-1', kind: 'rfi', name: 'First ideas for after school' },
      ...{ purpose: 'Ideas for learning after school that families chose themselves.' },
      ...{ opensOn: '11/10/2015', dueOn: '12/10/2015', floor: '5,000', ceiling: '60,000', awardsAtMost: '4' },
      ...{ whoMayLead: ['community_organization', 'school'], eligibility: 'With at least one partner.' },
      ...line('milestones', 0, { kind: 'info_session', happensOn: '11/17/2015', startsAt: '5:30 p.m.' }),
      ...line('milestones', 1, { kind: 'questions_until', happensOn: '12/1/2015' }),
      ...line('milestones', 2, { kind: 'committee', happensOn: '1/19/2016' }),
    });
    await officer.press('Save as a draft');
    round = officer.page.url();
    await officer.follow('Publish…');
    expect(await officer.words).toContain('One thing is missing\nIt has no criteria.');
    await officer.follow('Write the rubric');
    const criterion = { scaleMax: '5', anchorLow: 'Not said', anchorHigh: 'Said with proof' };
    const asked = 'Who asked for this, and how do we know?';
    await officer.fill({
      ...line('criteria', 0, { name: 'Families chose it', question: asked, weight: '60', ...criterion }),
      ...line('criteria', 1, { name: 'Ready to begin', question: 'Who does it?', weight: '40', ...criterion }),
    });
    await officer.press('Save the rubric');
  });

  it('a named group comments by its link, is answered, and versions are compared', async () => {
    await officer.goTo(`${round}/criteria`);
    await officer.fill({ audience: 'groups' });
    await officer.press('Save');
    await officer.fill({ name: 'Parents of the region' });
    await officer.press('Add the group');
    await officer.goTo(round);
    await officer.press('Open criteria for comment');
    await officer.goTo(`${round}/criteria`);
    const link = await officer.page.locator('main a[href*="/criteria/"][href*="granary.test"]').getAttribute('href');

    const parent = await Walker.phone('parent');
    await parent.goTo(String(link).replace('http://granary.test', ''));
    await parent.fill({ body: 'Say what happens when a tutor leaves. We lost two last year.', name: 'A parent' });
    await parent.press('Send the comment');
    expect(await parent.words).toContain('We have your comment');

    await officer.goTo(`${round}/rubric`);
    await officer.fill({
      'criteria[1].question': 'Who does it, and who takes over when somebody leaves?',
      reason: 'Parents told us that tutors leave.',
    });
    await officer.press('Save the rubric');
    await officer.goTo(`${round}/criteria`);
    await officer.follow(/^Answer/u);
    await officer.page.locator('[name=changedInId]').selectOption({ label: 'Version 2' });
    await officer.fill({ outcome: 'changed', answer: 'You are right. Reviewers now ask who takes over.' });
    await officer.press('Save the answer');
    await officer.follow('Version 1 and version 2');
    expect(await officer.words).toContain('who takes over when somebody leaves');
    await parent.goTo(String(link).replace('http://granary.test', ''));
    expect(await parent.words).toContain('You are right. Reviewers now ask who takes over.');
  });

  it('the form of nine questions is brought in, changed in the builder and rehearsed, and the round is published', async () => {
    await officer.goTo(`${round}/eligibility`);
    await officer.fill({
      ...line('rules', 0, { question: 'Do you work with young people today?', kind: 'yes_no', is: 'equal' }),
      ...line('rules', 0, { value: 'yes', why: 'You can be a partner of an organization that does.' }),
      ...line('rules', 1, { question: 'How many years have you been at work?', kind: 'number', is: 'at_least' }),
      ...line('rules', 1, { value: '1', why: 'A fiscal sponsor can lead instead.' }),
    });
    await officer.press('Save');
    await officer.goTo(`${round}/form`);
    await officer.follow('Bring in a form');
    await officer.page.locator('[name=fundId]').selectOption({ label: 'Learning after school' });
    await officer.page.setInputFiles('main input[type=file]', RFI);
    await expectFilled(officer.page.locator('main textarea'));
    await officer.press('Bring in the form');
    expect(await officer.words).toContain('3 sections, 9 questions.');
    await officer.follow('About how much would you need for a year?');
    await officer.press('Remove the question');
    await officer.follow(/^Add a question.*Where you stand/u);
    await officer.follow('Budget');
    await officer.fill({ label: 'What would it cost for a year?', help: 'A line or two is enough.' });
    await officer.press('Save');
    expect(await officer.words).toContain('3 sections, 9 questions.');
    // The builder leads to where it is chosen, and from then on back to the round.
    await officer.follow('Choose it in “First ideas for after school”');
    await officer.press('Save');
    expect(officer.page.url().replace(/[?#].*$/u, '')).toBe(round);

    // It needs a district of everybody, and the agency names none yet: nobody could send it.
    await officer.follow('Publish…');
    expect(await officer.words).toContain('the agency names none yet');
    const administrator = await Walker.staff('Administrator', 'administrator');
    await administrator.goTo('/settings/edit');
    await administrator.fill({
      ...{ name: 'Regional Learning Agency', 'districts[0][name]': 'Kent', 'districts[1][name]': 'Renton' },
    });
    await administrator.press('Save settings');

    await officer.goTo(`${round}/rehearsal`);
    await officer.follow('Try the questions before the form');
    await officer.fill({ 'answers.rule_1': 'no', 'answers.rule_2': '3' });
    await officer.press('Check');
    expect(await officer.words).toContain('You can be a partner of an organization that does.');
    await officer.goTo(`${round}/rehearsal/form`);
    await officer.fill({ 'answers.title': 'A try' });
    await officer.press('Try to send it');
    await officer.goTo(`${round}/publish`);
    expect(await officer.words).toContain('Everything it needs is there.');
    await officer.press('Publish');
    expect(await officer.words).toContain('The round is published.');
    expect(await officer.words).not.toContain('Check the terms once more');
  });

  it('a director sends it from a phone, with two partners who confirmed', async () => {
    const tutors = await Walker.phone('tutors');
    await newcomer(tutors, '/sign-in', 'lead@tutors.example.org', 'Lead of the tutors');
    await tutors.goTo('/organizations/register');
    await tutors.fill({ name: 'River Tutors' });
    await tutors.press('Continue');

    const director = await Walker.phone('director');
    await director.goTo('/funding');
    await director.follow('First ideas for after school');
    await begin(director, { mail: 'director@riverside.example.org', organization: 'Riverside Youth Center' });
    await director.fill({ 'answers.summary': 'Homework with tutors who speak the language of the family.' });
    await director.fill({ 'answers.districts[0].share': '60', 'answers.districts[1].share': '40' });
    // Each answer saves itself.
    await director.page.locator('[name="answers.summary"]').focus();
    await director.page.locator('[data-status][data-state=saved]').waitFor({ timeout: MINUTE });
    await director.page.reload();
    expect(await director.page.inputValue('[name="answers.districts[1].share"]')).toBe('40');
    await restOfAnswers(director);
    await namePartners(director, ['principal@hill.example.org', 'lead@tutors.example.org']);

    const principal = await Walker.phone('principal');
    await confirmByLink(principal, 'principal@hill.example.org');
    await director.follow('Go on with the application');
    expect(await director.words).toContain('Waits for River Tutors');
    expect(await director.words).toContain('$29,700');

    // The other has an account: it stands among the things to do, and the memorandum goes with it.
    await tutors.goTo('/');
    await tutors.follow(/^Confirm your part in Homework club/u);
    expect(await tutors.words).toContain('$8,000');
    const pdf = { name: 'memorandum.pdf', mimeType: 'application/pdf', buffer: pdfFile() };
    await tutors.page.setInputFiles('[name=mouId]', pdf);
    await tutors.press('Add it');
    await tutors.fill({ agreed: true });
    await tutors.press('Confirm our part');
    expect(await tutors.words).toContain('Your part is confirmed');

    await signAndSend(director);
    // Counted, so that nobody adds a page or a question without noticing.
    expect(director.titles).toHaveLength(18);
    expect(director.fields).toBeLessThanOrEqual(32);
  });

  it('the officer finds it in the worklist, with its checks', async () => {
    await officer.goTo('/');
    await officer.follow('One application to screen in First ideas for after school');
    await officer.follow('Homework club by the river');
    const words = await officer.words;
    expect(words).toContain('All 2 eligibility questions were answered as the round asks.');
    expect(words).toContain('All that the form asks is answered, and every partner has confirmed.');
    expect(words).toContain('$29,700 is within what one award may have.');
  });
});

describe('the same without any script', () => {
  it('from the public page to the receipt', async () => {
    const director = await Walker.phone('plain-director', false);
    await director.goTo('/funding');
    await director.follow('First ideas for after school');
    await begin(director, { mail: 'director@valley.example.org', organization: 'Valley Readers' });
    await director.fill({ 'answers.summary': 'Families read together on Saturdays.' });
    await director.fill({ 'answers.districts[0].share': '60', 'answers.districts[1].share': '40' });
    await restOfAnswers(director);
    await namePartners(director, ['room@valley.example.org', 'tutor@valley.example.org']);
    for (const partner of ['room@valley.example.org', 'tutor@valley.example.org']) {
      await confirmByLink(await Walker.phone(`plain-${partner.slice(0, 4)}`, false), partner);
    }
    await director.page.reload();
    await director.follow('Go on with the application');
    await signAndSend(director);
  });
});

/** By the mailed link, as somebody who was never here; whoever was led to sign in goes on where they were going. */
async function newcomer(walker: Walker, path: string | undefined, mail: string, name: string): Promise<void> {
  if (path !== undefined) await walker.goTo(path);
  await walker.fill({ address: mail });
  await walker.press('Mail me a link');
  await walker.open(mail);
  await walker.fill({ name });
  await walker.press('Start');
}

/** From the page of a round to its first section. */
async function begin(walker: Walker, given: { readonly mail: string; readonly organization: string }): Promise<void> {
  await walker.follow('Check whether you can apply');
  await walker.fill({ 'answers.rule_1': 'yes', 'answers.rule_2': '7' });
  await walker.press('Check');
  expect(await walker.words).toContain('You can apply');
  await walker.follow('Start an application');
  await newcomer(walker, undefined, given.mail, 'The director');
  await walker.fill({ name: given.organization });
  await walker.press('Continue');
  // What was answered before there was an account is not asked again.
  expect(await walker.words).toContain('These answers are kept with your organization');
  await walker.fill({ title: 'Homework club by the river' });
  await walker.press('Begin');
  await walker.follow(/^Go on/u);
  expect(await walker.page.inputValue('[name="answers.title"]')).toBe('Homework club by the river');
}

/** The rest of the first section, and the second with its budget; ends at the third. */
async function restOfAnswers(walker: Walker): Promise<void> {
  await walker.press('Save and continue');
  const budget = 'answers.what_would_it_cost_for_a_year';
  await walker.fill({ 'answers.works_today': 'yes' });
  // Without a script, what hangs on an answer comes when it is saved.
  if (!(await walker.page.locator('[name="answers.learned"]').isVisible())) await walker.press('Save');
  await walker.fill({ 'answers.learned': 'Families want help that does not end at five.' });
  await walker.fill({ 'answers.begin': 'within_three_months' });
  const addLine = walker.page.getByRole('button', { name: 'Add a line' });
  if (await addLine.isVisible()) await addLine.click();
  await walker.fill(line(budget, 0, { description: 'Tutors', category: 'Salaries', amount: '24,000' }));
  await walker.fill(line(budget, 1, { description: 'Books', category: 'Supplies', amount: '3,000' }));
  await walker.page.locator(`main [name^="${budget}"][value=de_minimis]`).check();
  await walker.press('Save and continue');
}

async function namePartners(walker: Walker, [one = '', two = '']: readonly string[]): Promise<void> {
  await walker.follow('Name your partners');
  const school = { name: 'Hill School', role: 'Rooms', level: 'coordinated', share: '4,000', address: one };
  const tutors = { name: 'River Tutors', role: 'Tutoring', level: 'collaborative', share: '8,000', address: two };
  await walker.fill({ ...line('partners', 0, school), ...line('partners', 1, tutors) });
  await walker.press('Save');
  expect(await walker.words).toContain('Links are on their way to 2 partners');
}

/** In a browser of their own, without an account. */
async function confirmByLink(walker: Walker, mail: string): Promise<void> {
  await walker.open(mail);
  expect(await walker.words).toContain('names you as a partner');
  await walker.fill({ name: 'Who answers for it', agreed: true });
  await walker.press('Confirm our part');
  expect(await walker.words).toContain('Your part is confirmed');
}

async function signAndSend(walker: Walker): Promise<void> {
  await walker.page.reload();
  expect(await walker.words).toContain('Nothing is missing.');
  await walker.follow(/^(Sign and send|Read it and send)/u);
  await walker.fill({ agreed: true });
  await walker.press('Sign and send');
  expect(await walker.words).toMatch(/Application sent\. Your receipt is R-2015-\d+/u);
  await world.drain();
  await walker.page.reload();
  const href = await walker.page.locator('main a[href^="/documents/"]').first().getAttribute('href');
  const pdf = await walker.page.context().request.get(`${address}${href}`);
  expect((await pdf.body()).subarray(0, 5).toString()).toBe('%PDF-');
}
