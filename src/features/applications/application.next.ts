/** Pure: what comes next with an application that is with its applicant, who must do it, and where. */
import type { Sentence } from '../../kernel/errors.js';
import { type Mended, pageFor, questionAnchor } from './application.mending.js';
import type { ApplicationSummary } from './application-reads.js';
import type { SectionProgress } from './answer-progress.js';
import { waitsForPartner, type PartnerWaiting } from './partner.rules.js';

/** The words are `application.step.<key>` and `application.step.<key>.text`. */
export interface NextStep {
  readonly key: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly href?: string;
  /** Where the button posts to, when it does something at once. */
  readonly action?: string;
  /** The key of the button's label; without one the step is somebody else's, or nobody's. */
  readonly button?: string;
}

export interface NextFacts {
  readonly application: Pick<ApplicationSummary, 'state' | 'organizationName'> & Mended;
  readonly blockers: readonly Sentence[];
  readonly partnersWaiting: readonly PartnerWaiting[];
  readonly closes: string;
  /** Who looks may sign it. */
  readonly maySign: boolean;
  /** Who else may, by name. */
  readonly signers: readonly string[];
  /** It came back, and nothing of it was changed since. */
  readonly isUntouched: boolean;
  /** The sections that can be written, where they are known. */
  readonly sections?: readonly SectionProgress[];
}

const TIME = new Set(['application.too_late', 'application.fix_over', 'application.not_open_yet']);
const BUTTONS: Readonly<Record<string, string>> = {
  'application.too_late': 'extension.ask',
  'application.fix_over': 'application.step.fix_over.button',
  'application.not_open_yet': 'application.step.round.button',
  'application.may_not_lead': 'application.step.round.button',
};

/** What stands in the way is said one at a time: first what only time decides, then writing, then other people. */
export function nextStep(facts: NextFacts): NextStep {
  const { application, blockers, closes } = facts;
  const path = `/applications/${application.id}`;
  const alone = blockers.find(({ code }) => TIME.has(code) || code === 'application.may_not_lead');
  if (alone !== undefined) {
    return {
      key: alone.code.replace('application.', ''),
      params: { closes, ...alone.params },
      href: pageFor(application, alone),
      button: BUTTONS[alone.code],
    };
  }
  const unconfirmed = blockers.find(({ code }) => code === 'application.assisted_unconfirmed');
  const partners = blockers.filter(waitsForPartner);
  const lacking = blockers.length - partners.length - (unconfirmed === undefined ? 0 : 1);
  if (lacking > 0) return writing(facts, lacking, path);
  if (facts.isUntouched) return { key: 'mend', params: {}, href: firstOpen(facts, path), button: 'application.go_on' };
  if (unconfirmed !== undefined) {
    return {
      ...{ key: 'confirm_entered', params: unconfirmed.params ?? {} },
      ...{ href: `${path}/assisted`, button: 'answer.assisted.link' },
    };
  }
  if (partners.length > 0) return waiting(facts, path);
  return signing(facts, path);
}

function writing({ sections }: NextFacts, lacking: number, path: string): NextStep {
  const first = sections?.find(({ missing }) => missing.length > 0);
  if (first === undefined)
    return { key: 'finish', params: { count: lacking }, href: path, button: 'application.go_on' };
  const key = first.missing[0]?.questionKey;
  const isBegun = first.answered > 0 && key !== undefined;
  const finished = sections?.filter(({ missing }) => missing.length === 0).length;
  return {
    key: isBegun ? 'go_on' : 'write',
    params: { section: first.title, finished, of: sections?.length, count: first.missing.length },
    href: `${path}/sections/${first.key}${isBegun ? `#${questionAnchor(key)}` : ''}`,
    button: 'application.go_on',
  };
}

function firstOpen({ sections }: NextFacts, path: string): string {
  const [first] = sections ?? [];
  return first === undefined ? path : `${path}/sections/${first.key}`;
}

const ALL = new Intl.ListFormat('en-US', { type: 'conjunction' });
const EITHER = new Intl.ListFormat('en-US', { type: 'disjunction' });

/** The one that the applicant can do something about first; who was asked already is only waited for. */
function waiting({ partnersWaiting }: NextFacts, path: string): NextStep {
  const order = ['declined', 'named', 'changed', 'asked'] as const;
  const state = order.find((each) => partnersWaiting.some((partner) => partner.state === each)) ?? 'asked';
  const names = partnersWaiting.filter((partner) => partner.state === state).map(({ name }) => name);
  return {
    ...{ key: `partner_${state}`, params: { names: ALL.format(names), count: names.length } },
    href: `${path}/confirmations`,
    button: state === 'asked' ? 'application.step.partner_asked.button' : 'application.send.ask_partners',
  };
}

function signing({ application, maySign, signers }: NextFacts, path: string): NextStep {
  const again = application.state === 'returned' ? '_again' : '';
  if (maySign) return { key: `sign${again}`, params: {}, href: `${path}/submit`, button: 'application.send.now' };
  const { organizationId, organizationName: organization, isMember } = application;
  if (signers.length > 0) {
    return {
      ...{ key: `sign_other${again}`, params: { names: EITHER.format(signers), organization } },
      ...{ action: `${path}/ask-to-sign`, button: 'application.step.sign_other.button' },
    };
  }
  return {
    ...{ key: 'sign_nobody', params: { organization } },
    ...(isMember && { href: `/organizations/${organizationId}`, button: 'application.step.sign_nobody.button' }),
  };
}
