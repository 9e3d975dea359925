/**
 * The menu's row: as many links as fit beside the name of who is signed in. Where a role has more, links of one kind are
 * folded into a group, the least pressing kinds first, the same ones for everybody.
 */
import type { LinkView } from './shapes.js';

/** In the order in which they are folded. */
export const MENU_GROUPS = ['community', 'money', 'messages', 'applications', 'rounds', 'awards', 'agency'] as const;
export type MenuGroup = (typeof MENU_GROUPS)[number];

export interface MenuLink extends LinkView {
  readonly group?: MenuGroup;
}

/** Several links under one word. */
export interface MenuFold {
  readonly label: string;
  readonly items: readonly LinkView[];
  /** One of them is where one is. */
  readonly current: boolean;
}

export type MenuEntry = LinkView | MenuFold;

/** Nine short words fit beside a name at 1280 pixels; on a phone they are a list. */
export const MOST_MENU_ENTRIES = 9;

/** A group stands where its first link stood; one link alone is never folded. */
export function foldMenu(links: readonly MenuLink[], labelOf: (group: MenuGroup) => string): MenuEntry[] {
  const folded = new Set<MenuGroup>();
  const members = (group: MenuGroup): MenuLink[] => links.filter((link) => link.group === group);
  let count = links.length;
  for (const group of MENU_GROUPS) {
    if (count <= MOST_MENU_ENTRIES) break;
    const saved = members(group).length - 1;
    if (saved < 1) continue;
    folded.add(group);
    count -= saved;
  }
  return links.flatMap(({ group, ...link }): MenuEntry[] => {
    if (group === undefined || !folded.has(group)) return [link];
    const items = members(group).map(({ label, href, current }) => ({ label, href, current }));
    if (items[0]?.href !== link.href) return [];
    return [{ label: labelOf(group), items, current: items.some((each) => each.current === true) }];
  });
}
