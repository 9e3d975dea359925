import { defineLifecycle, type ActionRow, type StateRow } from './lifecycle.js';

type State = 'draft' | 'sent' | 'decided';
interface Letter {
  readonly signed: boolean;
}

const states: Record<State, StateRow> = {
  draft: { label: 'Draft', tone: 'idle' },
  sent: { label: 'Sent', tone: 'waiting' },
  decided: { label: 'Decided', tone: 'done', final: true },
};
const send: ActionRow<State, Letter> = {
  from: ['draft'],
  to: 'sent',
  label: 'Send',
  permission: 'letter.send',
  blockers: (letter) => (letter.signed ? [] : [{ code: 'letter.not_signed' }]),
};
const decide: ActionRow<State, Letter> = {
  from: ['sent'],
  to: 'decided',
  label: 'Decide',
  permission: 'letter.decide',
  needsNote: true,
};
const remind: ActionRow<State, Letter> = {
  from: ['sent'],
  to: 'same',
  label: 'Remind',
  permission: 'letter.send',
  internal: true,
};

const build = (actions: Record<string, ActionRow<State, Letter>>, initial: State = 'draft') =>
  defineLifecycle<State, Letter>({ name: 'letter', initial, states, actions });
const letter = build({ send, decide, remind });

describe('a sound lifecycle', () => {
  it('has no defects', () => {
    expect(letter.defects()).toEqual([]);
  });

  it('names its states in the order of the table, for the column too', () => {
    expect(letter.name).toBe('letter');
    expect(letter.states).toEqual(['draft', 'sent', 'decided']);
    expect(letter.check).toBe(`"state" IN ('draft', 'sent', 'decided')`);
  });

  it('finds an action by name and throws for one it does not have', () => {
    expect(letter.action('send')).toBe(send);
    expect(() => letter.action('burn')).toThrow('has no action burn');
    expect(() => letter.action('toString')).toThrow('has no action toString');
  });

  it('is sound with a circle that has a way out', () => {
    expect(
      build({ send, decide, recall: { ...send, from: ['sent'], to: 'draft', label: 'Recall' } }).defects(),
    ).toEqual([]);
  });
});

describe('openActions', () => {
  it('tells the actions of the state and what blocks each', () => {
    const open = { name: 'send', label: 'Send', permission: 'letter.send', needsNote: false };
    expect(letter.openActions('draft', { signed: true })).toEqual([{ ...open, blockers: [] }]);
    expect(letter.openActions('draft', { signed: false })).toEqual([
      { ...open, blockers: [{ code: 'letter.not_signed' }] },
    ]);
  });

  it('leaves out what only the system does', () => {
    expect(letter.openActions('sent', { signed: true })).toEqual([
      { name: 'decide', label: 'Decide', permission: 'letter.decide', blockers: [], needsNote: true },
    ]);
  });

  it('is empty in a final state', () => {
    expect(letter.openActions('decided', { signed: true })).toEqual([]);
  });
});

describe('defects', () => {
  it('finds a state that nothing leads to', () => {
    expect(build({ send: { ...send, to: 'decided' }, decide }).defects()).toEqual(['letter: nothing leads to sent']);
  });

  it('finds a state that is reached only from states nobody reaches', () => {
    const recall: ActionRow<State, Letter> = { ...decide, from: ['decided'], to: 'sent' };
    expect(build({ decide, recall }).defects()).toEqual([
      'letter: nothing leads out of draft',
      'letter: nothing leads to sent',
      'letter: nothing leads to decided',
      'letter: decided is final yet something leads out of it',
    ]);
  });

  it('finds a dead end that is not meant to be one', () => {
    expect(build({ send, skip: { ...decide, from: ['draft'] }, remind }).defects()).toEqual([
      'letter: nothing leads out of sent',
    ]);
  });

  it('does not take an action that ends where it began for a way out or a way in', () => {
    const again: ActionRow<State, Letter> = { ...send, from: ['sent'], to: 'sent' };
    expect(build({ send: { ...send, to: 'decided' }, again }).defects()).toEqual([
      'letter: nothing leads to sent',
      'letter: nothing leads out of sent',
    ]);
  });

  it('finds a way out of a final state', () => {
    expect(build({ send, decide, reopen: { ...send, from: ['decided'] } }).defects()).toEqual([
      'letter: decided is final yet something leads out of it',
    ]);
  });

  it('lets a final state record something', () => {
    expect(build({ send, decide, annotate: { ...remind, from: ['decided'] } }).defects()).toEqual([]);
  });
});
