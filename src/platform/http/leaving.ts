/**
 * closeUnused: when the process leaves, requests in hand are finished and connections that only stand open are closed. Node
 * does so by itself between two requests; for one on which nothing was asked yet, as browsers open them in advance, it
 * would wait until the browser is closed.
 */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

export function closeUnused(app: FastifyInstance): void {
  const unused = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.server.on('request', ({ socket }) => unused.delete(socket));
  app.addHook('preClose', (done) => {
    for (const socket of unused) socket.destroy();
    done();
  });
}
