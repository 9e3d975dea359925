/**
 * What a stranger answered before signing up, carried in a cookie of their browser for a few hours: nothing of it is
 * stored here until it is kept with an organization. It is read as if it was typed, so nothing depends on who wrote it.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type EligibilityAnswers, type EligibilityRule, readEligibilityAnswer } from './eligibility.rules.js';

const COOKIE = 'granary-check';
const HOURS = 4;
const MOST_ROUNDS = 3;
const MOST_CHARACTERS = 3000;

type Carried = readonly { readonly round: string; readonly answers: EligibilityAnswers }[];

function read(request: FastifyRequest): Carried {
  const sent = request.cookies[COOKIE];
  if (sent === undefined || sent.length > MOST_CHARACTERS) return [];
  try {
    const parsed: unknown = JSON.parse(Buffer.from(sent, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? parsed.filter(isCarried).slice(0, MOST_ROUNDS) : [];
  } catch {
    return [];
  }
}

function isCarried(each: unknown): each is Carried[number] {
  if (typeof each !== 'object' || each === null) return false;
  const { round, answers } = each as Record<string, unknown>;
  return typeof round === 'string' && typeof answers === 'object' && answers !== null;
}

/** The answers to these rules; nothing when one is missing or cannot be read any more. */
export function carriedAnswers(
  request: FastifyRequest,
  roundId: string,
  rules: readonly EligibilityRule[],
): EligibilityAnswers | undefined {
  const found = read(request).find(({ round }) => round === roundId)?.answers;
  if (found === undefined || rules.length === 0) return undefined;
  const answers: Record<string, string> = {};
  for (const rule of rules) {
    const given = readEligibilityAnswer(rule, (found as Record<string, unknown>)[rule.key]);
    if (!('value' in given)) return undefined;
    answers[rule.key] = given.value;
  }
  return answers;
}

export function carry(
  request: FastifyRequest,
  reply: FastifyReply,
  roundId: string,
  answers: EligibilityAnswers,
): void {
  const others = read(request).filter(({ round }) => round !== roundId);
  const text = Buffer.from(JSON.stringify([{ round: roundId, answers }, ...others].slice(0, MOST_ROUNDS))).toString(
    'base64url',
  );
  if (text.length > MOST_CHARACTERS) return;
  const secure = request.protocol === 'https';
  void reply.setCookie(COOKIE, text, { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge: HOURS * 3600 });
}

/** Kept with an organization now: the browser need not remember it. */
export function putDown(request: FastifyRequest, reply: FastifyReply): void {
  if (request.cookies[COOKIE] !== undefined) void reply.clearCookie(COOKIE, { path: '/' });
}
