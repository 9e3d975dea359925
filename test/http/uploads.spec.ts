/**
 * Files that are handed in over the wire, by pages and by programs: those that are what they say, and those that are
 * meant to do harm. Nothing is kept before it is known who sends it, and nothing that is refused is kept.
 */
import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type HTMLElement, parse } from 'node-html-parser';
import { newId } from '../../src/kernel/ids.js';
import { Money } from '../../src/kernel/money.js';
import type { Config } from '../../src/platform/config/config.js';
import { CONFIG } from '../../src/platform/config/tokens.js';
import { sql } from '../../src/platform/database/sql.js';
import { spoolFolder } from '../../src/platform/files/spool.js';
import { MIME_OF_KIND } from '../../src/platform/files/kind-names.js';
import { jpegFile, pdfFile, pngFile } from '../factories/attachments.js';
import { activeAward, type MadeAward } from '../factories/awards.js';
import { draftRequest } from '../factories/disbursements.js';
import { macroFile, officeFile, openDocumentFile } from '../factories/documents.js';
import { organizationMember } from '../factories/organizations.js';
import { type Answer, failuresOf, openWebWorld, type Visitor, type WebWorld } from '../support/world.js';
import { until } from '../support/until.js';

const BOUNDARY = 'granary-test-boundary';
const MEGABYTE = 1024 * 1024;

interface SentFile {
  readonly field?: string;
  readonly name?: string;
  readonly type?: string;
  readonly content: Buffer | string;
}

let world: WebWorld;
let award: MadeAward;
let member: Visitor;
let stranger: Visitor;
let requestId: string;
/** Failures on our side that were told already. */
let seen = 0;

beforeAll(async () => {
  world = await openWebWorld({ env: { UPLOAD_LIMIT_MB: '2' } });
  award = await activeAward(world, {
    amount: Money.parse('1000'),
    budget: [{ category: 'Staff', amount: Money.parse('1000') }],
  });
  const owner = await organizationMember(world, award.organizationId, 'owner');
  member = await world.signIn(owner);
  const elsewhere = await activeAward(world, { amount: Money.parse('10') });
  stranger = await world.signIn(await organizationMember(world, elsewhere.organizationId, 'owner'));
  requestId = (await draftRequest(world, award, Money.parse('10'), { member: owner })).id;
}, 120_000);
afterAll(() => world?.close());

afterEach(async () => {
  const folder = spoolFolder(world.app.get<Config>(CONFIG as never, { strict: false }).dataDir);
  await until(() => !existsSync(folder) || readdirSync(folder).length === 0);
  const failures = failuresOf(world);
  const fresh = failures.slice(seen);
  seen = failures.length;
  expect(fresh).toEqual([]);
});

const part = (headers: string, content: Buffer | string): Buffer =>
  Buffer.concat([
    Buffer.from(`--${BOUNDARY}\r\n${headers}\r\n\r\n`),
    Buffer.from(content as string),
    Buffer.from('\r\n'),
  ]);

function body(fields: Readonly<Record<string, string>>, files: readonly SentFile[]): Buffer {
  return Buffer.concat([
    ...Object.entries(fields).map(([name, value]) => part(`Content-Disposition: form-data; name="${name}"`, value)),
    ...files.map(({ field = 'file', name = 'receipt.pdf', type = 'application/pdf', content }) =>
      part(`Content-Disposition: form-data; name="${field}"; filename="${name}"\r\nContent-Type: ${type}`, content),
    ),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
}

const MULTIPART = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

/** To the API, which asks for nothing but a session and its own site. */
const hand = (
  visitor: Visitor,
  files: readonly SentFile[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> =>
  visitor.ask({
    method: 'POST',
    url: '/api/attachments',
    headers: { ...MULTIPART, ...headers },
    payload: body({}, files),
  });

const EXPENSE = {
  category: 'Staff',
  spentOn: '11/10/2015',
  vendor: 'Example Supplies',
  description: 'Paper',
  amount: '10',
};

/** To the page, with the token of the session in the address. */
async function addExpense(
  visitor: Visitor,
  files: readonly SentFile[],
  fields: Readonly<Record<string, string>> = {},
  address?: string,
): Promise<Answer> {
  const url = address ?? `/requests/${requestId}/expenses?_csrf=${encodeURIComponent(await visitor.csrf())}`;
  const sent = files.map((file) => ({ field: 'receiptId', ...file }));
  return visitor.ask({ method: 'POST', url, headers: MULTIPART, payload: body({ ...EXPENSE, ...fields }, sent) });
}

const html = (answer: Answer): HTMLElement => parse(answer.body);
const valueOf = (answer: Answer, name: string): string | undefined =>
  html(answer).querySelector(`[name="${name}"]`)?.getAttribute('value');

async function counted(): Promise<{ files: number; expenses: number }> {
  const row = await world.db.find<{ files: number; expenses: number }>(sql`
    select (select count(*)::int from attachments) as files,
           (select count(*)::int from disbursement_expenses) as expenses`);
  return row ?? { files: -1, expenses: -1 };
}

/** What this leaves behind: files and expenses more than before. */
async function left(run: () => Promise<Answer>): Promise<{ answer: Answer; files: number; expenses: number }> {
  const before = await counted();
  const answer = await run();
  const after = await counted();
  return { answer, files: after.files - before.files, expenses: after.expenses - before.expenses };
}

describe('a program', () => {
  it('hands a file in, and gets it back as it was', async () => {
    const content = Buffer.concat([pngFile(), randomBytes(700_000)]);
    const answer = await hand(member, [{ name: 'Photo of receipt.png', type: 'image/png', content }]);
    expect(answer.statusCode).toBe(201);
    const made = answer.json() as { id: string; url: string };
    expect(made).toEqual({
      id: made.id,
      fileName: 'Photo of receipt.png',
      mime: 'image/png',
      sizeBytes: content.length,
      state: 'clean',
      url: `/attachments/${made.id}`,
    });
    const file = await member.get(made.url);
    expect(createHash('sha256').update(file.rawPayload).digest('hex')).toBe(
      createHash('sha256').update(content).digest('hex'),
    );
    expect(file.headers).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': `inline; filename="Photo of receipt.png"; filename*=UTF-8''Photo%20of%20receipt.png`,
      'content-length': String(content.length),
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    });
    expect((await member.get(`/api/attachments/${made.id}`)).json()).toEqual(made);
    for (const url of [made.url, `/api/attachments/${made.id}`]) {
      expect((await stranger.get(url)).statusCode).toBe(404);
    }
    expect((await world.inject({ url: `/api/attachments/${made.id}` })).statusCode).toBe(401);
  });

  it.each([
    ['a PDF', pdfFile(), 'application/pdf', 'pdf'],
    ['a JPEG', jpegFile(), 'image/jpeg', 'jpg'],
    ['a HEIC', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), 'image/heic', 'heic'],
    ['a HEIC of the family', Buffer.from('\0\0\0\x18ftypmif1\0\0\0\0mif1heic', 'latin1'), 'image/heic', 'heic'],
  ])('hands in %s, whatever it calls it', async (_name, content, mime, extension) => {
    const answer = await hand(member, [{ name: 'a.svg.exe', type: 'text/html', content }]);
    expect(answer.json()).toMatchObject({ mime, fileName: `a.svg.${extension}` });
    const { url } = answer.json() as { url: string };
    const file = await member.get(url);
    expect(file.headers['content-type']).toBe(mime);
    expect(file.headers['content-disposition']).toMatch(mime === 'image/jpeg' ? /^inline;/ : /^attachment;/);
  });

  it('is told how in the description of the interface', async () => {
    const { paths } = (await world.inject({ url: '/api/openapi.json' })).json() as {
      paths: Record<string, { post: { requestBody: { content: Record<string, { schema: object }> } } }>;
    };
    const { content } = paths['/api/attachments']?.post.requestBody ?? { content: {} };
    expect(Object.keys(content)).toEqual(['multipart/form-data']);
    expect(content['multipart/form-data']?.schema).toMatchObject({ properties: { file: { format: 'binary' } } });
    const expense = paths['/api/requests/{id}/expenses']?.post.requestBody.content;
    expect(Object.keys(expense ?? {})).toEqual(['application/json']);
  });

  it('gets one file for one key, also when it asks twice at once, and a word when it means another', async () => {
    const content = pdfFile();
    const headers = { 'idempotency-key': 'one-file-one-key' };
    const { files } = await left(async () => {
      const answers = await Promise.all([1, 2, 3].map(() => hand(member, [{ content }], headers)));
      expect(new Set(answers.map((each) => (each.json() as { id: string }).id)).size).toBe(1);
      return answers[0] as Answer;
    });
    expect(files).toBe(1);
    const another = await left(() => hand(member, [{ content: pdfFile() }], headers));
    expect([another.answer.statusCode, another.files]).toEqual([422, 0]);
    expect(another.answer.json()).toMatchObject({ code: 'request.key_used_for_another' });
  });
});

describe('a document', () => {
  it.each<[string, string, Buffer]>([
    ['docx', MIME_OF_KIND.docx, officeFile('docx')],
    ['xlsx', MIME_OF_KIND.xlsx, officeFile('xlsx')],
    ['odt', MIME_OF_KIND.odt, openDocumentFile('text')],
  ])('of Office is saved, never shown: %s', async (kind, mime, content) => {
    const answer = await hand(member, [{ name: 'Plan.exe', type: 'text/html', content }]);
    expect([answer.statusCode, answer.json()]).toEqual([
      201,
      expect.objectContaining({ mime, fileName: `Plan.${kind}` }),
    ]);
    const file = await member.get((answer.json() as { url: string }).url);
    expect(file.rawPayload.equals(content)).toBe(true);
    expect(file.headers).toMatchObject({ 'content-type': mime, 'x-content-type-options': 'nosniff' });
    expect(file.headers['content-disposition']).toMatch(/^attachment;/);
  });

  it('of words in columns is kept byte by byte, formulas and all, and saved', async () => {
    const content = Buffer.concat([Buffer.from('name,amount\r\nZo'), Buffer.from([0xeb]), Buffer.from(',"=1+1"\r\n')]);
    const answer = await hand(member, [{ name: '../List.csv', type: 'text/html', content }]);
    expect(answer.json()).toMatchObject({ mime: 'text/csv', fileName: 'List.csv' });
    const file = await member.get((answer.json() as { url: string }).url);
    expect(file.rawPayload.equals(content)).toBe(true);
    expect(file.headers).toMatchObject({ 'content-type': 'text/csv', 'x-content-type-options': 'nosniff' });
    expect(file.headers['content-disposition']).toMatch(/^attachment;/);
  });

  it.each<[string, Buffer, string]>([
    ['with macros', macroFile(), 'upload.document_macros'],
    [
      'that unpacks to a flood',
      officeFile('xlsx', [{ name: 'xl/a.xml', content: Buffer.alloc(60 * MEGABYTE) }]),
      'upload.document_bomb',
    ],
    ['that leads out', officeFile('docx', [{ name: '../a', content: '' }]), 'upload.document_damaged'],
    ['of an old kind', Buffer.from('d0cf11e0a1b11ae1'.padEnd(4000, '0'), 'hex'), 'upload.old_office'],
  ])('%s is refused and not kept', async (_name, content, code) => {
    const { answer, files } = await left(() => hand(member, [{ name: 'a.docx', content }]));
    expect([answer.statusCode, (answer.json() as { code: string }).code, files]).toEqual([422, code, 0]);
  });

  it('is no receipt, by the page or by a program', async () => {
    const page = await left(() => addExpense(member, [{ content: officeFile('docx') }]));
    expect([page.answer.statusCode, page.files, page.expenses]).toEqual([422, 0, 0]);
    expect(html(page.answer).querySelector('#f-receiptId-error')?.text).toContain('This is no PDF, JPEG, PNG or HEIC.');
    const { id } = (await hand(member, [{ content: officeFile('docx') }])).json() as { id: string };
    const json = { ...EXPENSE, spentOn: '2015-11-10', amount: { amount: '1.00', currency: 'USD' }, receiptId: id };
    const made = await left(() => member.post(`/api/requests/${requestId}/expenses`, json));
    expect([made.answer.statusCode, made.expenses]).toEqual([422, 0]);
    expect(made.answer.json()).toMatchObject({ code: 'attachment.wrong_kind' });
  });
});

describe('a file that is not what it should be', () => {
  const zip = Buffer.from('PK\x03\x04\x14\0\0\0\x08\0', 'latin1');
  it.each([
    ['a program', Buffer.concat([Buffer.from('MZ\x90\0\x03', 'latin1'), randomBytes(3000)])],
    ['a program of another system', Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), randomBytes(3000)])],
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['an SVG with a head', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['HTML', '<!doctype html><script>alert(1)</script>'],
    ['HTML with a PDF in it', '<!--%PDF-1.4 --><script>alert(1)</script>%PDF-1.4'],
    ['an archive', Buffer.concat([zip, randomBytes(500)])],
    ['a GIF', Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1')],
    ['a film', Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp42', 'latin1')],
    ['text', 'Receipt: $40.00'],
    ['blanks', ' '.repeat(5000)],
    ['zeros', Buffer.alloc(5000)],
    ['a PNG that ends after its signature', pngFile().subarray(0, 8)],
    ['a PNG without a size', pngFile(0, 5)],
    ['a JPEG that ends before its size', jpegFile().subarray(0, 12)],
    ['a JPEG whose segments never end', Buffer.concat([jpegFile().subarray(0, 2), Buffer.alloc(40, 0xff)])],
    ['a small PNG that unfolds to a wall', pngFile(60_000, 60_000)],
    ['a PNG as wide as can be said', pngFile(0xffffffff, 0xffffffff)],
    ['a JPEG that unfolds to a wall', jpegFile(65_535, 65_535)],
    ['nothing', ''],
  ])('is refused and not kept: %s', async (_name, content) => {
    const { answer, files } = await left(() => hand(member, [{ name: 'receipt.pdf', content }]));
    expect([answer.statusCode, files]).toEqual([422, 0]);
    const problem = answer.json() as { code: string; detail: string; fields: { field: string; detail: string }[] };
    expect(problem.code).toMatch(
      /^upload\.(wrong_kind_of_document|document_damaged|picture_unreadable|picture_too_large|empty)$/,
    );
    expect(problem.fields[0]?.field).toBe('file');
    expect(problem.detail).toMatch(/^[A-Z].*\.$/);
  });

  it('that is two things at once is served as the harmless one, and runs nothing', async () => {
    const content = Buffer.concat([pngFile(), Buffer.from('<script>alert(1)</script>PK\x03\x04', 'latin1')]);
    const { url } = (await hand(member, [{ name: 'page.html', type: 'text/html', content }])).json() as { url: string };
    const file = await member.get(url);
    expect(file.headers).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    });
    expect(file.headers['content-disposition']).toContain('page.png');
  });

  it('that is too large is refused, and one that just fits is not', async () => {
    const fits = await hand(member, [{ content: pdfFile(2 * MEGABYTE) }]);
    expect(fits.statusCode).toBe(201);
    for (const size of [2 * MEGABYTE + 1, 6 * MEGABYTE]) {
      const { answer, files } = await left(() => hand(member, [{ content: pdfFile(size) }]));
      expect([answer.statusCode, (answer.json() as { code: string }).code, files]).toEqual([
        413,
        'upload.too_large',
        0,
      ]);
      expect((answer.json() as { detail: string }).detail).toContain('2 MB');
    }
    const beyond = await left(() => hand(member, [{ content: pdfFile(25 * MEGABYTE) }]));
    expect([beyond.answer.statusCode, beyond.files]).toEqual([413, 0]);
  });

  it.each([
    ['../../etc/passwd', 'passwd.pdf'],
    ['..\\..\\boot.ini', 'boot.pdf'],
    ['C:\\Users\\me\\receipt.pdf', 'receipt.pdf'],
    ['.htaccess', 'htaccess.pdf'],
    ['invoice\u202Efdp.exe', 'invoicefdp.pdf'],
    ['a\u0000b\u0007.pdf', 'ab.pdf'],
    ['con.pdf', 'file-con.pdf'],
    ['', 'file.pdf'],
    ['Tiền mặt — chè.PDF', 'Tiền mặt — chè.pdf'],
    ['<img src=x onerror=alert(1)>.pdf', 'img src=x onerror=alert(1)-.pdf'],
    [`${'x'.repeat(500)}.pdf`, `${'x'.repeat(116)}.pdf`],
  ])('has a name that does no harm: %j', async (name, kept) => {
    const answer = await hand(member, [{ name, content: pdfFile() }]);
    expect(answer.json()).toMatchObject({ fileName: kept.startsWith('img') ? expect.stringMatching(/^-?img/) : kept });
    const { url } = answer.json() as { url: string };
    const header = String((await member.get(url)).headers['content-disposition']);
    expect(header).toMatch(/^attachment; filename="[A-Za-z0-9 ._-]+"; filename\*=UTF-8''[A-Za-z0-9%._~!-]+$/);
  });

  it('cannot put a header of its own into the answer', async () => {
    const name = 'a%0d%0aSet-Cookie: granary=stolen; %22; filename=evil.html';
    const { url } = (await hand(member, [{ name, content: pdfFile() }])).json() as { url: string };
    const file = await member.get(url);
    expect(file.headers['set-cookie']).toBeUndefined();
    expect(String(file.headers['content-disposition'])).not.toMatch(/[\r\n]|evil\.html/);
    const raw = 'a\r\nSet-Cookie: granary=stolen\r\n.pdf';
    expect([400, 422, 201]).toContain((await hand(member, [{ name: raw, content: pdfFile() }])).statusCode);
  });
});

describe('who sends', () => {
  it('is known before anything is kept: strangers, other sites and those without the role', async () => {
    const files = [{ content: pdfFile() }];
    const officer = await world.signIn('program_officer');
    const payload = body({}, files);
    const tries: [number, () => Promise<Answer>][] = [
      [401, () => world.inject({ method: 'POST', url: '/api/attachments', headers: MULTIPART, payload })],
      [403, () => hand(officer, files)],
      [403, () => hand(member, files, { origin: 'https://elsewhere.example' })],
      [403, () => hand(member, files, { 'sec-fetch-site': 'cross-site' })],
      [403, () => addExpense(member, files, {}, `/requests/${requestId}/expenses`)],
      [403, () => addExpense(member, files, {}, `/requests/${requestId}/expenses?_csrf=wrong`)],
      [403, () => addExpense(member, files, {}, `/requests/${requestId}/expenses?_csrf=a&_csrf=b`)],
      [403, () => addExpense(officer, files)],
    ];
    for (const [status, run] of tries) {
      const { answer, files: kept, expenses } = await left(run);
      expect([answer.statusCode, kept, expenses]).toEqual([status, 0, 0]);
    }
    // The token of somebody else's session is none.
    const { answer } = await left(async () =>
      addExpense(
        member,
        files,
        {},
        `/requests/${requestId}/expenses?_csrf=${encodeURIComponent(await stranger.csrf())}`,
      ),
    );
    expect(answer.statusCode).toBe(403);
  });

  it('gets a page that has no place for files to take none', async () => {
    const token = encodeURIComponent(await member.csrf());
    const payload = body({ kind: 'advance' }, [{ content: pdfFile() }]);
    for (const url of [
      '/api/requests',
      `/api/requests/${requestId}/submit`,
      '/api/session',
      `/requests?_csrf=${token}`,
      `/requests/${requestId}/edit?_csrf=${token}`,
      `/requests/${requestId}/expenses/${newId()}/remove?_csrf=${token}`,
    ]) {
      const { answer, files } = await left(() => member.ask({ method: 'POST', url, headers: MULTIPART, payload }));
      expect([url, answer.statusCode, files]).toEqual([url, 415, 0]);
    }
    const nowhere = await member.ask({ method: 'POST', url: `/nowhere?_csrf=${token}`, headers: MULTIPART, payload });
    expect(nowhere.statusCode).toBe(404);
  });

  it('does not write the token of the address into any log', async () => {
    const token = await member.csrf();
    await addExpense(member, [{ content: 'no file' }]);
    expect(world.troubles.join('\n')).not.toContain(token);
  });
});

describe('a form that cannot be read', () => {
  const send = (payload: Buffer | string, type = MULTIPART['content-type']): Promise<Answer> =>
    member.ask({ method: 'POST', url: '/api/attachments', headers: { 'content-type': type }, payload });
  const good = body({}, [{ content: pdfFile(5000) }]);

  /** A real connection on which a form so long was begun, and what came back on it so far. */
  function begin(port: number, length: number): { socket: Socket; said(): string } {
    const socket = connect(port, '127.0.0.1');
    const head = [
      'POST /api/attachments HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      `Cookie: ${member.cookie}`,
      `Content-Type: ${MULTIPART['content-type']}`,
      `Content-Length: ${length}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    let answered = '';
    socket.on('data', (piece) => (answered += piece.toString()));
    return { socket, said: () => answered };
  }

  it.each([
    ['broken off in the file', good.subarray(0, 2000), 422],
    ['broken off in the head of a part', good.subarray(0, 60), 422],
    ['broken off before its last line', good.subarray(0, -6), 422],
    ['empty', Buffer.alloc(0), 422],
    ['with another boundary', Buffer.from(good.toString('latin1').replaceAll(BOUNDARY, 'other'), 'latin1'), 422],
    ['of no part', Buffer.from(`--${BOUNDARY}--\r\n`), 422],
    ['with a part that says nothing of itself', part('X-Nothing: 1', 'a'), 422],
    ['with a field named as a prototype', body({ __proto__x: 'a', constructor: 'a' }, []), 400],
    [
      'with a field that is JSON',
      Buffer.concat([
        part('Content-Disposition: form-data; name="file"\r\nContent-Type: application/json', '{"a":1}'),
        Buffer.from(`--${BOUNDARY}--\r\n`),
      ]),
      400,
    ],
  ])('is refused with a sentence: %s', async (_name, payload, status) => {
    const { answer, files } = await left(() => send(payload));
    expect([answer.statusCode, files]).toEqual([status, 0]);
    expect((answer.json() as { detail: string }).detail).toMatch(/^[A-Z].*\.$/);
  });

  it('is refused without a boundary, or with one that cannot be', async () => {
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=""']) {
      const { answer, files } = await left(() => send(good, type));
      expect([type, Math.floor(answer.statusCode / 100), files]).toEqual([type, 4, 0]);
    }
    for (const type of ['multipart/mixed; boundary=x', 'multipart/related; boundary=x']) {
      expect((await send(good, type)).statusCode).toBe(415);
    }
  });

  it('is refused with too many parts, files or words', async () => {
    const many = Object.fromEntries(Array.from({ length: 2500 }, (_, index) => [`f${index}`, '']));
    const tries = [
      body(many, []),
      body({}, [{ content: pdfFile() }, { content: pdfFile() }, { content: pdfFile() }]),
      body({ file: 'x'.repeat(1_100_000) }, []),
      body({ a: 'x'.repeat(600_000), b: 'x'.repeat(600_000) }, []),
    ];
    for (const payload of tries) {
      const { answer, files } = await left(() => send(payload));
      expect([answer.statusCode, files]).toEqual([413, 0]);
    }
    const { answer, files } = await left(() => send(body({}, [{ field: 'another', content: pdfFile() }])));
    expect([answer.statusCode, files]).toEqual([422, 0]);
    expect((answer.json() as { code: string }).code).toBe('field.unknown');
    const header = part(
      `Content-Disposition: form-data; name="file"; filename="a"\r\nX-Long: ${'x'.repeat(200_000)}`,
      pdfFile(),
    );
    expect(Math.floor((await send(header)).statusCode / 100)).toBe(4);
  });

  it('is refused with half a character in an encoding of its own', async () => {
    const half = part(
      'Content-Disposition: form-data; name="note"\r\nContent-Type: text/plain; charset=utf-16le',
      Buffer.from([0x00, 0xd8]),
    );
    const { answer, files } = await left(() => send(Buffer.concat([half, good])));
    expect([answer.statusCode, files]).toEqual([400, 0]);
  });

  it('is not nested into nothing by its names', async () => {
    const { answer } = await left(() => send(body({ 'a[b][c][d][e][f][g][h]': '1', '__proto__[admin]': '1' }, [])));
    expect(Math.floor(answer.statusCode / 100)).toBe(4);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  it('gets its answer over a real connection also when it is refused unread', async () => {
    await world.app.listen(0, '127.0.0.1');
    const { port } = world.app.getHttpServer().address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/api/attachments`;
    const large = new Uint8Array(body({}, [{ content: pdfFile(8 * MEGABYTE) }]));
    for (const [cookie, status] of [
      ['', 401],
      [member.cookie, 413],
    ] as const) {
      const answer = await fetch(url, { method: 'POST', headers: { ...MULTIPART, cookie }, body: large });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        status,
        'application/problem+json; charset=utf-8',
      ]);
    }
    const fits = new Uint8Array(body({}, [{ content: pdfFile(MEGABYTE) }]));
    const answer = await fetch(url, { method: 'POST', headers: { ...MULTIPART, cookie: member.cookie }, body: fits });
    expect(answer.status).toBe(201);
    const file = await fetch(`http://127.0.0.1:${port}${((await answer.json()) as { url: string }).url}`, {
      headers: { cookie: member.cookie },
    });
    expect((await file.arrayBuffer()).byteLength).toBe(MEGABYTE);
  });

  it('leaves its connection free for the next request, however much follows what was refused', async () => {
    const { port } = world.app.getHttpServer().address() as AddressInfo;
    const long = body({ a: 'x'.repeat(1_100_000) }, [{ content: pdfFile(2 * MEGABYTE) }]);
    const { socket, said } = begin(port, long.length);
    socket.write(long);
    socket.write('GET /health HTTP/1.1\r\nHost: granary.test\r\nConnection: close\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(said().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
  });

  it('is one of few that a person sends at once, so that nobody fills the disk', async () => {
    const { port } = world.app.getHttpServer().address() as AddressInfo;
    const slow = Array.from({ length: 4 }, () => begin(port, good.length).socket);
    for (const socket of slow) socket.write(good.subarray(0, 2000));
    const probe = body({}, [{ field: 'another', content: pdfFile() }]);
    await until(async () => (await send(probe)).statusCode === 503);
    const fifth = await left(() => send(good));
    expect([fifth.answer.statusCode, fifth.answer.headers['retry-after'], fifth.files]).toEqual([503, '5', 0]);
    expect((await hand(stranger, [{ content: pdfFile() }])).statusCode).toBe(201);
    for (const socket of slow) socket.destroy();
    await until(async () => (await send(probe)).statusCode === 422);
    expect((await send(good)).statusCode).toBe(201);
  });

  it('is forgotten when whoever sends it hangs up', async () => {
    const { port } = world.app.getHttpServer().address() as AddressInfo;
    const before = await counted();
    const { socket } = begin(port, good.length);
    socket.write(good.subarray(0, 3000));
    await new Promise((resolve) => setTimeout(resolve, 300));
    socket.destroy();
    await until(async () => JSON.stringify(await counted()) === JSON.stringify(before));
    expect((await member.get('/')).statusCode).toBe(200);
  });
});

describe('a page with a file', () => {
  it('adds an expense with its receipt, which others who see the request open', async () => {
    const page = await member.get(`/requests/${requestId}`);
    const form = html(page).querySelector('form[enctype="multipart/form-data"]');
    expect(form?.getAttribute('action')).toMatch(/^\/requests\/[^?]+\/expenses\?_csrf=.+/);
    const box = form?.querySelector('input[type=file]');
    expect([box?.getAttribute('name'), box?.getAttribute('accept')]).toEqual([
      'receiptId',
      'image/*,application/pdf,.pdf',
    ]);
    const { answer, files, expenses } = await left(() =>
      addExpense(member, [{ name: 'Paper.pdf', content: pdfFile() }]),
    );
    expect([answer.statusCode, files, expenses]).toEqual([303, 1, 1]);
    const link = html(await member.get(`/requests/${requestId}`)).querySelector('a[href^="/attachments/"]');
    expect(link?.text).toBe('Paper.pdf');
    const url = link?.getAttribute('href') ?? '';
    expect((await member.get(url)).statusCode).toBe(200);
    const viewer = await world.signIn(await organizationMember(world, award.organizationId, 'viewer'));
    expect((await viewer.get(url)).statusCode).toBe(200);
    expect((await stranger.get(url)).statusCode).toBe(404);
    expect((await (await world.signIn('program_officer')).get(url)).statusCode).toBe(404);
  });

  it('adds it without one, with the box left empty or not sent, and as a plain form', async () => {
    for (const files of [[{ name: '', type: 'application/octet-stream', content: '' }], []]) {
      const done = await left(() => addExpense(member, files));
      expect([done.answer.statusCode, done.files, done.expenses]).toEqual([303, 0, 1]);
    }
    const plain = await left(() => member.submit(`/requests/${requestId}/expenses`, EXPENSE));
    expect([plain.answer.statusCode, plain.expenses]).toEqual([303, 1]);
  });

  it.each([
    ['is no picture', { content: 'text' }, 'This is no PDF'],
    ['is empty', { content: '' }, 'This file is empty'],
    ['is too large', { content: pdfFile(3 * MEGABYTE) }, 'larger than 2 MB'],
    ['is a wall', { content: pngFile(50_000, 50_000) }, '60 million dots or fewer'],
  ])('is shown again with everything typed when the file %s', async (_name, file, sentence) => {
    const { answer, files, expenses } = await left(() =>
      addExpense(member, [file], { description: 'Blue <paper>', amount: '12.34' }),
    );
    expect([answer.statusCode, files, expenses]).toEqual([422, 0, 0]);
    expect([valueOf(answer, 'description'), valueOf(answer, 'amount')]).toEqual(['Blue <paper>', '12.34']);
    const page = html(answer);
    expect(page.querySelector('#f-receiptId-error')?.text).toContain(sentence);
    expect(page.querySelector('#f-receiptId')?.getAttribute('aria-invalid')).toBe('true');
    expect(page.querySelector('.error-summary')?.text).toContain(sentence);
  });

  it('says everything that is wrong at once', async () => {
    const answer = await addExpense(member, [{ content: 'text' }], { amount: 'a lot', vendor: '' });
    const said = html(answer)
      .querySelectorAll('.field-error')
      .map((each) => each.parentNode?.querySelector('input')?.getAttribute('name'));
    expect(said.sort()).toEqual(['amount', 'receiptId', 'vendor']);
  });

  it('keeps the file of a form that was refused: it need not be chosen again, and another replaces it', async () => {
    const first = await left(() => addExpense(member, [{ name: 'Bus.pdf', content: pdfFile() }], { amount: 'a lot' }));
    expect([first.answer.statusCode, first.files, first.expenses]).toEqual([422, 1, 0]);
    expect(html(first.answer).querySelector('.file-kept')?.text).toBe('Bus.pdf is kept. Choose another to replace it.');
    const kept = html(first.answer).querySelector('input[type=hidden][name=receiptId]')?.getAttribute('value') ?? '';
    const again = await addExpense(member, [{ name: '', content: '' }], { amount: 'a lot', receiptId: kept });
    expect(html(again).querySelector('.file-kept')?.text).toContain('Bus.pdf');
    // Nobody sees what a file of somebody else is called.
    const peek = await left(() =>
      stranger
        .csrf()
        .then((token) =>
          addExpense(
            stranger,
            [],
            { amount: 'a lot', receiptId: kept },
            `/requests/${requestId}/expenses?_csrf=${encodeURIComponent(token)}`,
          ),
        ),
    );
    expect(peek.answer.statusCode).toBe(404);
    const done = await left(() =>
      addExpense(member, [{ name: '', content: '' }], { receiptId: kept, description: 'Bus' }),
    );
    expect([done.answer.statusCode, done.files, done.expenses]).toEqual([303, 0, 1]);
    const other = await left(() =>
      addExpense(member, [{ name: 'Train.pdf', content: pdfFile() }], { receiptId: kept }),
    );
    expect([other.answer.statusCode, other.files, other.expenses]).toEqual([303, 1, 1]);
    const used = await left(() => addExpense(member, [], { receiptId: kept }));
    expect([used.answer.statusCode, used.expenses]).toEqual([422, 0]);
    expect(html(used.answer).querySelector('.file-kept')).toBeNull();
    expect(used.answer.body).toContain('proves “Bus” already');
  });

  it('sent twice with one key adds one expense with one file, also at once', async () => {
    const content = pdfFile();
    const fields = { _key: newId(), description: 'Once' };
    const { files, expenses } = await left(async () => {
      const answers = await Promise.all([1, 2, 3].map(() => addExpense(member, [{ content }], fields)));
      expect(answers.map(({ statusCode }) => statusCode)).toEqual([303, 303, 303]);
      return addExpense(member, [{ content }], fields);
    });
    expect([files, expenses]).toEqual([1, 1]);
    const another = await left(() => addExpense(member, [{ content: pdfFile() }], fields));
    expect([another.answer.statusCode, another.expenses]).toEqual([422, 0]);
  });

  it('refuses the same receipt again, with where it is', async () => {
    const content = pdfFile();
    await addExpense(member, [{ content }], { description: 'First' });
    const { answer, expenses } = await left(() => addExpense(member, [{ content }], { description: 'Second' }));
    expect([answer.statusCode, expenses]).toEqual([422, 0]);
    expect(html(answer).querySelector('#f-receiptId-error')?.text).toContain('proves “First” already');
  });

  it('takes the id of a file from a program', async () => {
    const { id } = (await hand(member, [{ content: pdfFile() }])).json() as { id: string };
    const json = { ...EXPENSE, spentOn: '2015-11-10', amount: { amount: '1.00', currency: 'USD' }, receiptId: id };
    const made = await member.post(`/api/requests/${requestId}/expenses`, json);
    expect(made.statusCode).toBe(201);
    const shown = (await member.get(`/api/requests/${requestId}`)).json() as {
      expenses: { id: string; receipt: object }[];
    };
    const { id: expenseId } = made.json() as { id: string };
    expect(shown.expenses.find((each) => each.id === expenseId)?.receipt).toMatchObject({
      id,
      url: `/attachments/${id}`,
    });
    expect((await member.post(`/api/requests/${requestId}/expenses`, { ...json, receiptId: newId() })).statusCode).toBe(
      409,
    );
    const theirs = (await hand(stranger, [{ content: pdfFile() }])).json() as { id: string };
    expect(
      (await member.post(`/api/requests/${requestId}/expenses`, { ...json, receiptId: theirs.id })).statusCode,
    ).toBe(409);
  });
});
