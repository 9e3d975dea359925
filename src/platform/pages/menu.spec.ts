import { foldMenu, type MenuGroup, MOST_MENU_ENTRIES } from './menu.js';

const label = (group: MenuGroup): string => group;
const links = (count: number, group?: MenuGroup, current = -1) =>
  Array.from({ length: count }, (_, index) => ({
    ...{ label: `${group ?? 'link'} ${index}`, href: `/${group ?? 'link'}/${index}`, current: index === current },
    ...(group !== undefined && { group }),
  }));
const words = (entries: readonly { label: string }[]): string[] => entries.map((each) => each.label);

describe('the menu', () => {
  it('shows every link while they fit', () => {
    const few = [...links(5), ...links(4, 'money')];
    expect(few).toHaveLength(MOST_MENU_ENTRIES);
    expect(words(foldMenu(few, label))).toEqual(words(few));
  });

  it('folds whole groups, the least pressing first, until the rest fits', () => {
    const many = [...links(3), ...links(3, 'awards'), ...links(4, 'money'), ...links(3, 'community')];
    expect(words(foldMenu(many, label))).toEqual([
      ...['link 0', 'link 1', 'link 2', 'awards 0', 'awards 1', 'awards 2', 'money', 'community'],
    ]);
  });

  it('keeps a link that is alone in its group, and gathers a group where its first link stood', () => {
    const [first, second] = links(2, 'community');
    const mixed = [first, ...links(9), second, ...links(1, 'money')].filter((each) => each !== undefined);
    expect(words(foldMenu(mixed, label))).toEqual(['community', ...words(links(9)), 'money 0']);
  });

  it('says that one is in a group', () => {
    const [fold] = foldMenu([...links(3, 'money', 1), ...links(9)], label);
    expect(fold).toMatchObject({ label: 'money', current: true });
    expect(fold !== undefined && 'items' in fold && fold.items.map(({ current }) => current)).toEqual([
      false,
      true,
      false,
    ]);
  });
});
