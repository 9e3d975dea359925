/** slateJson: the slate of a round as the API answers it. */
import type { Slate, SlateDistrict, SlateRow, SlateSource } from './slate.view.js';

export type SlateJson = Omit<Slate, 'meeting' | 'round' | 'problem' | 'rows'> & {
  readonly meetingId: string;
  readonly roundId: string;
  readonly roundName: string;
  readonly rows: readonly Omit<SlateRow, 'problem'>[];
  readonly sources: readonly SlateSource[];
  readonly districts: readonly SlateDistrict[];
};

export function slateJson(slate: Slate): SlateJson {
  const { meeting, round, problem: _problem, rows, ...rest } = slate;
  return {
    ...rest,
    meetingId: meeting.id,
    roundId: round.id,
    roundName: round.name,
    rows: rows.map(({ problem: _why, ...row }) => row),
  };
}
