/** compareSchools: what a list would change of the schools that are here, before anything is written. */
import type { SchoolLine } from './school.csv.js';
import type { SchoolLevel } from './school.entity.js';

/** A school as it is kept. */
export interface KeptSchool {
  readonly code: string;
  readonly name: string;
  readonly district: string;
  readonly level: SchoolLevel;
  readonly active: boolean;
}

export const SCHOOL_CHANGES = ['added', 'changed', 'closed', 'opened'] as const;
export type SchoolChangeKind = (typeof SCHOOL_CHANGES)[number];

export interface SchoolChange {
  readonly kind: SchoolChangeKind;
  readonly school: KeptSchool;
  /** As it is now; nothing for a new one. */
  readonly before?: KeptSchool;
}

export interface SchoolComparison {
  /** In the order of the list. */
  readonly changes: readonly SchoolChange[];
  readonly counts: Readonly<Record<SchoolChangeKind | 'unchanged' | 'missing', number>>;
}

export function compareSchools(kept: readonly KeptSchool[], lines: readonly SchoolLine[]): SchoolComparison {
  const known = new Map(kept.map((school) => [school.code, school]));
  const changes = lines.flatMap((line): SchoolChange[] => {
    const { code, name, district, level, active } = line;
    const before = known.get(code);
    const school = { code, name, district, level, active };
    if (before === undefined) return [{ kind: 'added', school }];
    if (before.active !== active) return [{ kind: active ? 'opened' : 'closed', school, before }];
    return isSame(before, school) ? [] : [{ kind: 'changed', school, before }];
  });
  const count = (kind: SchoolChangeKind): number => changes.filter((change) => change.kind === kind).length;
  const named = new Set(lines.map(({ code }) => code));
  return {
    changes,
    counts: {
      ...{ added: count('added'), changed: count('changed'), closed: count('closed'), opened: count('opened') },
      unchanged: lines.length - changes.length,
      missing: kept.filter(({ code, active }) => active && !named.has(code)).length,
    },
  };
}

const isSame = (one: KeptSchool, other: KeptSchool): boolean =>
  one.name === other.name && one.district.toLowerCase() === other.district.toLowerCase() && one.level === other.level;
