/** Pages over the line: small where that pays, and always what was written. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import { fastify, type LightMyRequestResponse } from 'fastify';
import { compressPage } from './compress.js';

const LONG = `<p>${'A cooperative kitchen in Kent County. '.repeat(200)}</p>`;
const app = fastify();
app.addHook('onSend', compressPage);
app.get('/long', (_request, reply) => reply.type('text/html; charset=utf-8').send(LONG));
app.get('/short', (_request, reply) => reply.type('text/html; charset=utf-8').send('<p>Short</p>'));
app.get('/json', () => ({ text: LONG }));
app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/html').send(LONG));
afterAll(() => app.close());

const ask = (url: string, accepted?: string): Promise<LightMyRequestResponse> =>
  app.inject({ url, headers: accepted === undefined ? {} : { 'accept-encoding': accepted } });

describe('a page', () => {
  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0.2, gzip;q=0.9', 'gzip'],
    ['*', 'br'],
    ['identity', undefined],
    ['br;q=0', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('for a browser that reads %j is sent as %j', async (accepted, way) => {
    const answer = await ask('/long', accepted);
    expect(answer.headers['content-encoding']).toBe(way);
    expect(answer.headers.vary).toBe('accept-encoding');
    expect(answer.headers['content-length']).toBe(String(answer.rawPayload.length));
    const { rawPayload } = answer;
    const read = way === 'br' ? brotliDecompressSync(rawPayload) : way === 'gzip' ? gunzipSync(rawPayload) : rawPayload;
    expect(read.toString('utf8')).toBe(LONG);
  });

  it('that is not there is as small', async () => {
    const answer = await ask('/nowhere', 'br');
    expect(answer.statusCode).toBe(404);
    expect(answer.rawPayload.length).toBeLessThan(LONG.length / 10);
  });

  it('that fits into one packet stays as it is, and so does what is no page', async () => {
    for (const url of ['/short', '/json']) expect((await ask(url, 'br')).headers['content-encoding']).toBeUndefined();
  });
});
