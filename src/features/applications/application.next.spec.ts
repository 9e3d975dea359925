import type { Sentence } from '../../kernel/errors.js';
import { type NextFacts, nextStep } from './application.next.js';

const application = {
  ...{ id: 'a', state: 'draft', roundId: 'r', organizationId: 'o', organizationName: 'Families Together' },
  isMember: true,
};
const facts = (more: Partial<NextFacts> = {}): NextFacts => ({
  ...{ application, blockers: [], partnersWaiting: [], closes: 'noon', maySign: true, signers: [], isUntouched: false },
  ...more,
});
const blocked = (...codes: string[]): Sentence[] => codes.map((code) => ({ code }));
const section = (key: string, answered: number, missing: string[]) => ({
  ...{ key, title: key.toUpperCase(), asked: 3, answered },
  missing: missing.map((questionKey) => ({ questionKey, sentence: { code: 'answer.required' } })),
});

describe('what comes next with an application', () => {
  it('is what only time decides, before anything else', () => {
    const late = nextStep(facts({ blockers: blocked('application.needs_summary', 'application.too_late') }));
    expect(late).toMatchObject({ key: 'too_late', href: '/applications/a/more-time', params: { closes: 'noon' } });
    expect(nextStep(facts({ blockers: blocked('application.fix_over') })).href).toBe('/applications/a#messages');
  });

  it('is the first section that misses something, at its question once it was begun', () => {
    const sections = [section('one', 3, []), section('two', 0, ['why']), section('three', 1, ['how'])];
    const blockers = blocked('answer.required', 'application.partner_asked');
    const begin = nextStep(facts({ blockers, sections }));
    expect(begin).toMatchObject({ key: 'write', href: '/applications/a/sections/two', params: { section: 'TWO' } });
    const on = nextStep(facts({ blockers, sections: sections.filter(({ key }) => key !== 'two') }));
    expect(on).toMatchObject({ key: 'go_on', href: '/applications/a/sections/three#question-how' });
    expect(nextStep(facts({ blockers })).key).toBe('finish');
  });

  it('is a partner: one to ask before one that was asked', () => {
    const blockers = blocked('application.partner_asked', 'application.partner_named');
    const waiting = [
      { name: 'Library', state: 'asked' as const },
      { name: 'School', state: 'named' as const },
    ];
    expect(nextStep(facts({ blockers, partnersWaiting: waiting }))).toMatchObject({
      ...{ key: 'partner_named', params: { names: 'School' }, href: '/applications/a/confirmations' },
    });
    const asked = nextStep(facts({ blockers, partnersWaiting: waiting.slice(0, 1) }));
    expect(asked).toMatchObject({ key: 'partner_asked', button: 'application.step.partner_asked.button' });
  });

  it('is to sign, for who may; to the others it says who', () => {
    expect(nextStep(facts())).toMatchObject({ key: 'sign', href: '/applications/a/submit' });
    const other = nextStep(facts({ maySign: false, signers: ['Kim Director', 'Rosa Diaz'] }));
    expect(other).toEqual({
      key: 'sign_other',
      params: { names: 'Kim Director or Rosa Diaz', organization: 'Families Together' },
      ...{ action: '/applications/a/ask-to-sign', button: 'application.step.sign_other.button' },
    });
    expect(nextStep(facts({ maySign: false }))).toMatchObject({ key: 'sign_nobody', href: '/organizations/o' });
    // Whoever was asked to this one application does not see its organization.
    const guest = facts({ maySign: false, application: { ...application, isMember: false } });
    expect(nextStep(guest)).not.toHaveProperty('href');
  });

  it('is to mend what came back, until something of it is changed', () => {
    const back = { application: { ...application, state: 'returned' } };
    const sections = [section('two', 3, [])];
    expect(nextStep(facts({ ...back, sections, isUntouched: true }))).toMatchObject({
      ...{ key: 'mend', href: '/applications/a/sections/two' },
    });
    expect(nextStep(facts(back)).key).toBe('sign_again');
    expect(nextStep(facts({ blockers: blocked('application.assisted_unconfirmed') })).href).toBe(
      '/applications/a/assisted',
    );
  });
});
