/** The words of collaboratives: the roles of seats and the kinds of convenings. */
export const SEAT_ROLES = [
  'superintendent',
  'design_team',
  'frontline_expert',
  'improvement_coach',
  'student_leader',
  'parent_advisor',
  'community_partner',
  'district_leader',
  'member',
] as const;
export type SeatRole = (typeof SEAT_ROLES)[number];

export const CONVENING_KINDS = [
  'team_session',
  'superintendents_check_in',
  'learning_trip',
  'coaching',
  'relationship',
] as const;
export type ConveningKind = (typeof CONVENING_KINDS)[number];

const COMMUNITY_ROLES: readonly SeatRole[] = ['student_leader', 'parent_advisor', 'community_partner'];

/** Whom a convening of this kind is for, unless somebody says otherwise. */
export const ROLES_OF_KIND: Readonly<Record<ConveningKind, readonly SeatRole[]>> = {
  team_session: SEAT_ROLES,
  superintendents_check_in: ['superintendent'],
  learning_trip: SEAT_ROLES,
  coaching: COMMUNITY_ROLES,
  relationship: SEAT_ROLES,
};

export const quotedList = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');
