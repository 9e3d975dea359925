/** A receipt from a phone, in a real browser and without any script: chosen, kept while a slip is mended, opened. */
import 'reflect-metadata';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { Money } from '../../src/kernel/money.js';
import { attachment, jpegFile, pdfFile } from '../factories/attachments.js';
import { activeAward } from '../factories/awards.js';
import { draftRequest } from '../factories/disbursements.js';
import { organizationMember } from '../factories/organizations.js';
import { axeViolations, type BrowserWorld, openBrowserWorld, shoot, sidewaysScroll } from '../support/browser.js';
import { fakeClamd } from '../support/clamd.js';
import { openWebWorld, type WebWorld } from '../support/world.js';

let opened: BrowserWorld;
let browser: Browser;
let world: WebWorld;
let address: string;

beforeAll(async () => {
  opened = await openBrowserWorld();
  ({ browser, world, address } = opened);
}, 120_000);

afterAll(async () => {
  await opened?.close();
});

it('a receipt is added on a phone, and stays chosen while another answer is mended', async () => {
  const amount = Money.parse('1000');
  const award = await activeAward(world, { amount, budget: [{ category: 'Staff', amount }] });
  const owner = await organizationMember(world, award.organizationId, 'owner');
  const { id } = await draftRequest(world, award, Money.parse('10'), { member: owner });
  const { cookie } = await world.signIn(owner);
  const [name = '', value = ''] = cookie.split(/=(.*)/s);
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  await context.addCookies([{ name, value, url: address }]);
  const page = await context.newPage();
  const fill = async (values: Readonly<Record<string, string>>): Promise<void> => {
    for (const [field, text] of Object.entries(values)) await page.fill(`[name="${field}"]`, text);
  };
  const send = (): Promise<void> => page.getByRole('button', { name: 'Add this expense' }).click();

  await page.goto(`${address}/requests/${id}`);
  await page.selectOption('[name=category]', 'Staff');
  await fill({ vendor: 'Corner Store', description: 'Snacks', spentOn: '11/10/2015', amount: 'ten' });
  const photo = jpegFile(3000, 4000);
  await page.setInputFiles('[name=receiptId][type=file]', {
    name: 'IMG 0042.JPG',
    mimeType: 'image/jpeg',
    buffer: photo,
  });
  await shoot(page, 'receipt-chosen');
  await send();

  expect(await page.textContent('.file-kept')).toBe('IMG 0042.jpg is kept. Choose another to replace it.');
  expect(await page.inputValue('[name=description]')).toBe('Snacks');
  await shoot(page, 'receipt-kept');
  expect((await sidewaysScroll(page)).px).toBeLessThanOrEqual(0);
  await fill({ amount: '10' });
  await send();
  expect(await page.textContent('.note--blue')).toContain('$10');
  await shoot(page, 'receipt-added');

  const link = page.getByRole('link', { name: 'IMG 0042.jpg' });
  const opened = await context.request.get(`${address}${await link.getAttribute('href')}`);
  expect((await opened.body()).equals(photo)).toBe(true);

  // What is no receipt is told at the box.
  await page.selectOption('[name=category]', 'Staff');
  await fill({ vendor: 'Corner Store', description: 'Cups', spentOn: '11/10/2015', amount: '5' });
  const wrong = { name: 'receipt.pdf', mimeType: 'application/pdf', buffer: Buffer.from('<script>') };
  await page.setInputFiles('[name=receiptId][type=file]', wrong);
  await send();
  expect(await page.textContent('#f-receiptId-error')).toContain('This is no PDF, JPEG, PNG or HEIC.');
  await shoot(page, 'receipt-refused');
  expect(await page.inputValue('[name=description]')).toBe('Cups');

  // A PDF is saved under its name, not opened in the page.
  const pdf = pdfFile();
  await page.setInputFiles('[name=receiptId][type=file]', {
    name: 'Cups.pdf',
    mimeType: 'application/pdf',
    buffer: pdf,
  });
  await send();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Cups.pdf' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('Cups.pdf');
  expect(readFileSync(await download.path()).equals(pdf)).toBe(true);

  const desk = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await desk.context().addCookies([{ name, value, url: address }]);
  await desk.goto(`${address}/requests/${id}`);
  await shoot(desk, 'receipt-desk');
  expect(await axeViolations(desk)).toEqual([]);
  expect((await sidewaysScroll(desk)).px).toBeLessThanOrEqual(0);
  await desk.setInputFiles('[name=receiptId][type=file]', {
    name: 'Tea.pdf',
    mimeType: 'application/pdf',
    buffer: pdfFile(),
  });
  await desk.getByRole('button', { name: 'Add this expense' }).click();
  expect(await desk.textContent('.file-kept')).toContain('Tea.pdf');
  expect(await axeViolations(desk)).toEqual([]);
}, 120_000);

it('a file that was shut away is shown to an administrator, on a desk and on a phone', async () => {
  const scanner = await fakeClamd((socket) => {
    let received = Buffer.alloc(0);
    socket.on('data', (piece: Buffer) => {
      received = Buffer.concat([received, piece]);
      if (received.toString('latin1').startsWith('zVERSION')) socket.end('ClamAV 1.4.6/27000/Tue Nov 10 2015\0');
      else if (received.subarray(-4).equals(Buffer.alloc(4))) socket.end('stream: Pdf.Exploit.Agent-1388628-0 FOUND\0');
    });
  });
  const shut = await openWebWorld({ env: { CLAMAV_SOCKET: scanner.socket } });
  try {
    const applicant = await shut.actor('applicant');
    const { id } = await attachment(shut, applicant);
    await shut.drain();
    await attachment(shut, applicant);
    await shut.app.listen(0, '127.0.0.1');
    const base = `http://127.0.0.1:${(shut.app.getHttpServer().address() as AddressInfo).port}`;
    const { cookie } = await shut.signIn('administrator');
    const [name = '', value = ''] = cookie.split(/=(.*)/s);
    const context = await browser.newContext();
    await context.addCookies([{ name, value, url: base }]);
    const page = await context.newPage();
    for (const [path, shot] of [
      ['/quarantine', 'quarantine'],
      [`/quarantine/${id}`, 'quarantined'],
    ] as const) {
      for (const width of [1280, 390, 320]) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(base + path);
        await shoot(page, `${shot}-${width}`);
        expect((await sidewaysScroll(page)).px).toBeLessThanOrEqual(0);
        if (width !== 320) expect(await axeViolations(page)).toEqual([]);
      }
    }
    await page.getByRole('button', { name: 'Check it again' }).click();
    expect(await page.textContent('.note--blue')).toContain('waits for the scanner again');
    await shoot(page, 'quarantined-again');
    await context.close();
  } finally {
    await shut.close();
    await scanner.close();
  }
}, 180_000);
