/** The virus scanner: asked as clamd wants to be, and whatever it does, no answer is never taken for a clean file. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { ClamScanner, ScannerUnavailable } from '../../src/platform/files/scanner.js';
import { officeFile } from '../factories/documents.js';
import { type Clamd, fakeClamd, FINDING, HARMLESS_MARK, startClamd } from '../support/clamd.js';

async function* inPieces(content: Buffer, most = 262_144): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += most) yield await Promise.resolve(content.subarray(at, at + most));
}

const failureOf = (verdict: Promise<unknown>): Promise<Error> =>
  verdict.then(
    () => {
      throw new Error('a verdict was given');
    },
    (error: unknown) => error as Error,
  );

describe('the real clamd', () => {
  let clamd: Clamd;
  beforeAll(async () => {
    clamd = await startClamd(3);
  }, 90_000);
  afterAll(() => clamd?.close());

  it('finds what it knows, also between two pieces and inside a document, and nothing else', async () => {
    const scanner = new ClamScanner(clamd.socket);
    const clean = await scanner.scan(inPieces(randomBytes(1_500_000)));
    expect(clean).toEqual({ by: expect.stringMatching(/^ClamAV 1\./) });
    const marked = Buffer.concat([randomBytes(262_130), Buffer.from(HARMLESS_MARK), randomBytes(100)]);
    expect(await scanner.scan(inPieces(marked))).toMatchObject({ finding: FINDING });
    const inside = officeFile('docx', [{ name: 'word/a.xml', content: `<a>${HARMLESS_MARK}</a>` }]);
    expect(await scanner.scan(inPieces(inside))).toMatchObject({ finding: FINDING });
  });

  it('looks at many at once', async () => {
    const scanner = new ClamScanner(clamd.socket);
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        scanner.scan(inPieces(Buffer.from(index % 2 === 0 ? `a ${HARMLESS_MARK} b` : 'a plain text'))),
      ),
    );
    expect(verdicts.map(({ finding }) => finding !== undefined)).toEqual(verdicts.map((_, index) => index % 2 === 0));
  });

  it('gives no verdict on what is longer than it looks at', async () => {
    const error = await failureOf(new ClamScanner(clamd.socket).scan(inPieces(randomBytes(6_000_000))));
    expect(error).toBeInstanceOf(ScannerUnavailable);
  });

  it('that was ended gives none', async () => {
    await clamd.stop();
    const error = await failureOf(new ClamScanner(clamd.socket).scan(inPieces(Buffer.from('a'))));
    expect(error).toBeInstanceOf(ScannerUnavailable);
    await clamd.start();
    expect((await new ClamScanner(clamd.socket).scan(inPieces(Buffer.from('a')))).finding).toBeUndefined();
  }, 60_000);
});

describe('a scanner that misbehaves', () => {
  const answers = (text: string) => (socket: Socket) => {
    socket.once('data', () => socket.end(text));
  };

  it.each<[string, (socket: Socket) => void]>([
    ['hangs up', (socket) => void socket.destroy()],
    ['hangs up after the command', (socket) => void socket.once('data', () => socket.destroy())],
    ['says nothing and waits', () => undefined],
    ['says half', answers('stream: OK')],
    ['says an error', answers('INSTREAM size limit exceeded. ERROR\0')],
    ['says that something is fine, but not what', answers('OK\0')],
    ['answers to something else', answers('other: OK\0')],
    ['talks without an end', (socket) => void socket.once('data', () => socket.write('x'.repeat(10_000)))],
  ])('and %s gives no verdict', async (_name, meet) => {
    const fake = await fakeClamd(meet);
    try {
      const scanner = new ClamScanner(fake.socket, { patienceMilliseconds: 300 });
      const error = await failureOf(scanner.scan(inPieces(randomBytes(3_000_000))));
      expect(error).toBeInstanceOf(ScannerUnavailable);
    } finally {
      await fake.close();
    }
  });

  it('is told apart from a file that cannot be read', async () => {
    const fake = await fakeClamd((socket) => void socket.resume());
    const broken = async function* (): AsyncGenerator<Buffer> {
      yield await Promise.resolve(Buffer.from('a'));
      throw new Error('the disk is gone');
    };
    try {
      const scanner = new ClamScanner(fake.socket, { patienceMilliseconds: 2_000 });
      expect((await failureOf(scanner.scan(broken()))).message).toBe('the disk is gone');
    } finally {
      await fake.close();
    }
  });
});
