/** Whether a team is made up as its collaborative wants it: pure, and said in sentences. */
import type { Sentence } from '../../kernel/errors.js';
import type { SeatRole } from './collaborative.words.js';

export interface CompositionLine {
  readonly label: string;
  readonly roles: readonly SeatRole[];
  readonly atLeast: number;
  readonly atMost: number | null;
}

export interface Composition {
  readonly teamAtLeast: number;
  readonly teamAtMost: number;
  readonly rules: readonly CompositionLine[];
}

/** How many seats each line has, and the whole team; one person in two roles has two seats. */
const seatsOf = ({ roles }: CompositionLine, seats: readonly SeatRole[]): number =>
  seats.filter((role) => roles.includes(role)).length;

/** What is still missing of the team, one sentence a gap. Empty when it is complete. */
export function compositionGaps(composition: Composition, seats: readonly SeatRole[]): Sentence[] {
  const gaps = composition.rules.flatMap((line): { missing: number; sentence: Sentence }[] => {
    const missing = line.atLeast - seatsOf(line, seats);
    return missing > 0 ? [{ missing, sentence: { code: 'team.gap', params: { missing, label: line.label } } }] : [];
  });
  // What the lines lack fills the team too; only what is missing beyond that is a gap of its own.
  const byLines = gaps.reduce((sum, { missing }) => sum + missing, 0);
  const more = composition.teamAtLeast - seats.length - byLines;
  const sentences = gaps.map(({ sentence }) => sentence);
  return more > 0 ? [...sentences, { code: 'team.gap_any', params: { missing: more } }] : sentences;
}

/** Why one more seat in this role does not fit; nothing when it does. */
export function seatProblem(
  composition: Composition,
  seats: readonly SeatRole[],
  role: SeatRole,
): Sentence | undefined {
  const { teamAtMost, rules } = composition;
  if (seats.length >= teamAtMost) return { code: 'seat.team_is_full', params: { most: teamAtMost } };
  if (rules.length === 0) return undefined;
  const line = rules.find(({ roles }) => roles.includes(role));
  if (line === undefined) return { code: 'seat.role_not_in_rule' };
  if (line.atMost !== null && seatsOf(line, seats) >= line.atMost) {
    return { code: 'seat.role_is_full', params: { most: line.atMost, label: line.label } };
  }
  // Seats that other lines still need are not given away.
  const reserved = rules.reduce(
    (sum, each) => (each === line ? sum : sum + Math.max(0, each.atLeast - seatsOf(each, seats))),
    0,
  );
  const stillOwn = Math.max(0, line.atLeast - seatsOf(line, seats));
  return stillOwn === 0 && seats.length + reserved >= teamAtMost
    ? { code: 'seat.kept_for_others', params: { label: line.label, reserved } }
    : undefined;
}

export interface RuleProblem extends Sentence {
  readonly field: string;
}

/** What is wrong with a composition itself: lines that cannot be kept. */
export function ruleProblems({ teamAtLeast, teamAtMost, rules }: Composition): RuleProblem[] {
  const problems: RuleProblem[] = [];
  if (teamAtMost < teamAtLeast) problems.push({ field: 'teamAtMost', code: 'collaborative.most_below_least' });
  const seen = new Set<SeatRole>();
  rules.forEach((line, index) => {
    const at = `rules[${index}]`;
    if (line.roles.length === 0) problems.push({ field: `${at}.roles`, code: 'seat_rule.no_roles' });
    if (line.roles.some((role) => seen.has(role)))
      problems.push({ field: `${at}.roles`, code: 'seat_rule.role_twice' });
    line.roles.forEach((role) => seen.add(role));
    if (line.atMost !== null && line.atMost < line.atLeast) {
      problems.push({ field: `${at}.atMost`, code: 'collaborative.most_below_least' });
    }
  });
  const least = rules.reduce((sum, { atLeast }) => sum + atLeast, 0);
  if (least > teamAtMost) {
    problems.push({ field: 'teamAtMost', code: 'collaborative.rules_exceed_team', params: { least } });
  }
  const isBounded = rules.length > 0 && rules.every(({ atMost }) => atMost !== null);
  const most = rules.reduce((sum, { atMost }) => sum + (atMost ?? 0), 0);
  if (isBounded && most < teamAtLeast) {
    problems.push({ field: 'teamAtLeast', code: 'collaborative.rules_below_team', params: { most } });
  }
  return problems;
}
