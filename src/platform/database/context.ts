/** What travels with a request beside its arguments: the request's id and its idempotency key. */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface Idempotency {
  readonly key: string;
  readonly route: string;
  readonly inputHash: string;
}

export interface RequestContext {
  readonly requestId: string;
  readonly receivedAt: Date;
  readonly idempotency?: Idempotency;
}

const requests = new AsyncLocalStorage<RequestContext>();
const works = new AsyncLocalStorage<true>();

export function runInRequest<T>(context: RequestContext, run: () => T): T {
  return requests.run(context, run);
}

export function currentRequest(): RequestContext | undefined {
  return requests.getStore();
}

export function runInWork<T>(run: () => Promise<T>): Promise<T> {
  return works.run(true, run);
}

export function isInWork(): boolean {
  return works.getStore() === true;
}
