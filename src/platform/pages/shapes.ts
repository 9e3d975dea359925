/**
 * The shapes that the components in `templates/components` take. A page's view is a plain object made of these; a
 * template never computes. Bars and tables have builders of their own beside this file.
 */
import type { Tone } from '../../kernel/lifecycle.js';
import type { BarStage, BarView } from './bars.js';

export interface LinkView {
  readonly label: string;
  readonly href: string;
  /** The language of the label, when it is not the page's. */
  readonly lang?: string;
  readonly current?: boolean;
}

/** `tag`: a shape, a word and a color, by the tone of a lifecycle's state. */
export interface TagView {
  readonly tone: Tone;
  readonly label: string;
}

export interface HiddenView {
  readonly name: string;
  readonly value: string;
}

/**
 * One thing that can be done. With `href` it is a link; with `action` it is a form that posts there. While there are
 * blockers it is a sentence instead of a button.
 */
export interface ActionView {
  readonly label: string;
  readonly href?: string;
  readonly action?: string;
  /** What the page is for: the one filled button. */
  readonly primary?: boolean;
  /** Shown as a plain link, for what is seldom wanted. */
  readonly quiet?: boolean;
  readonly blockers?: readonly string[];
  /** Asks for a note before it posts: the button unfolds a text box named `note`. */
  readonly needsNote?: boolean;
  readonly noteLabel?: string;
  readonly noteHint?: string;
  readonly hidden?: readonly HiddenView[];
  /** The idempotency key; a fresh one is made when left out. */
  readonly key?: string;
  /** Says what the button is about to those who hear it out of its row: "Review, request 8". */
  readonly about?: string;
}

/** `actions`: buttons in a row, then the sentences for what is blocked. */
export interface ActionsView {
  readonly items: readonly ActionView[];
}

/** `page-head`: crumb, tag and number, title, one gray sentence; the actions stand at the right. */
export interface PageHead {
  readonly crumbs?: readonly LinkView[];
  readonly tag?: TagView;
  /** The number or kind beside the tag: "Award 2014-0001". */
  readonly number?: string;
  readonly title: string;
  readonly lead?: string;
  readonly actions?: readonly ActionView[];
  /** Instead of actions: a small gray line and a bold one, such as a due date. */
  readonly side?: { readonly label: string; readonly value: string };
  /** The larger title of the public front page. */
  readonly large?: boolean;
}

/** `section-head`: a heading with one link at its right and a conclusion under it. */
export interface SectionHead {
  readonly title: string;
  readonly id?: string;
  readonly lead?: string;
  readonly link?: LinkView;
}

/** `note`: blue told, gold waits, rust refused. At most one in a view. */
export interface NoteView {
  readonly tone: 'blue' | 'gold' | 'rust';
  readonly title: string;
  readonly text?: string;
  /** Each a sentence, or one that leads to where it is mended. */
  readonly items?: readonly (string | { readonly text: string; readonly href?: string })[];
  readonly link?: LinkView;
  /** Answers what was just done: it is read aloud. */
  readonly status?: boolean;
}

/** `empty`: what will come here and from whom; or that nothing was found. */
export interface EmptyView {
  readonly title: string;
  readonly text?: string;
  readonly link?: LinkView;
}

/** One row of `todo-list`. */
export interface TodoItem {
  /** "Fri, Mar 4" or "Today". */
  readonly date?: string;
  /** "in 4 days", "by 3:00 p.m." */
  readonly dateNote?: string;
  /** Late, or due within two days. */
  readonly late?: boolean;
  readonly title: string;
  readonly href?: string;
  /** Who must act, in bold at the start of the sentence. */
  readonly who?: string;
  readonly text?: string;
  readonly button?: ActionView;
}

/** `todo-list`. */
export interface TodoListView {
  readonly items: readonly TodoItem[];
  readonly empty?: EmptyView;
  readonly more?: LinkView;
  /** The rank of the titles: 2 when the list follows the page's title directly, else 3. */
  readonly underTitle?: boolean;
}

/** One row of `facts`: a label and a value, which may be text, a link, a tag, or text followed by a link. */
export interface FactView {
  readonly label: string;
  readonly value?: string;
  readonly strong?: boolean;
  readonly link?: LinkView;
  readonly tag?: TagView;
  /** After the link, in grey. */
  readonly note?: string;
}

/** `facts`. */
export interface FactsView {
  readonly items: readonly FactView[];
  /** Labels over values rather than beside them, for long values. */
  readonly wide?: boolean;
}

/** One point of `timeline`. */
export interface TimelineItem {
  readonly date: string;
  readonly title: string;
  readonly text?: string;
  readonly href?: string;
  readonly when: 'past' | 'now' | 'future';
}

/** `timeline`. */
export interface TimelineView {
  readonly items: readonly TimelineItem[];
  /** story: date beside the words; narrow: date above them (asides); lying: a round's dates, side by side. */
  readonly layout?: 'story' | 'narrow' | 'lying';
}

/** One row of `documents` and of `people`. */
export interface ListedThing {
  readonly title: string;
  readonly href?: string;
  readonly note?: string;
}

/** `documents` and `people`. */
export interface ListedThings {
  readonly items: readonly ListedThing[];
}

/** One figure of `key-figures`. */
export interface KeyFigure {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
  readonly stage?: BarStage;
  readonly href?: string;
}

/** `progress-card`: one thing that is being made, how far it is, and its parts. */
export interface ProgressCard {
  readonly kicker: string;
  readonly title: string;
  readonly href: string;
  readonly tag: TagView;
  readonly bar: BarView;
  /** Under the bar, at its left and right: "5 of 7 sections finished", "$211,000 asked for". */
  readonly done: string;
  readonly amount?: string;
  readonly parts: readonly {
    readonly title: string;
    readonly href: string;
    readonly note: string;
    /** Something is missing. */
    readonly open: boolean;
  }[];
}

/** `key-figures`. */
export interface KeyFiguresView {
  readonly items: readonly KeyFigure[];
}

/** `hero-money`: the one figure that answers the page's question, its bar and its parts. */
export interface HeroMoney {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
  readonly asOf?: string;
  readonly link?: LinkView;
  readonly bar?: BarView;
  readonly figures?: readonly KeyFigure[];
}

export type FieldKind =
  | 'text'
  | 'email'
  | 'password'
  | 'telephone'
  | 'number'
  | 'search'
  | 'money'
  | 'date'
  | 'select'
  | 'radios'
  | 'checkboxes'
  | 'yes'
  | 'textarea'
  | 'file'
  | 'hidden';

export interface ChoiceView {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

/** `field`: label, hint, what is wrong, control. */
export interface FieldView {
  readonly kind: FieldKind;
  /** The name as sent: `lines[0].amount`. The id is made from it. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  /** What was typed or is stored; a list for checkboxes; true for a ticked `yes`. */
  readonly value?: string | readonly string[] | boolean;
  /** The sentence saying what to enter. */
  readonly error?: string;
  readonly optional?: boolean;
  readonly options?: readonly ChoiceView[];
  /** First line of a select, while nothing is chosen. */
  readonly prompt?: string;
  readonly rows?: number;
  /** Under a text box: "62 of 150 words" and "Saved 2:14 p.m." */
  readonly count?: string;
  readonly saved?: string;
  /** "What reviewers look for". */
  readonly help?: { readonly title: string; readonly text: string };
  readonly autocomplete?: string;
  readonly inputmode?: string;
  /** What a file picker offers: "application/pdf,image/*". */
  readonly accept?: string;
  /** Opens the camera at once: `environment`. Whoever has a file already then cannot choose it. */
  readonly capture?: 'environment' | 'user';
  /** For a file: what was kept of an earlier try. It counts unless another is chosen. */
  readonly kept?: { readonly id: string; readonly fileName: string };
  readonly width?: 'short' | 'medium';
  /** Only those who do not see the table read the label; for boxes in a table. */
  readonly bare?: boolean;
}

export interface ErrorItem {
  readonly text: string;
  /** The name of the field it is about. */
  readonly field?: string;
}

/** `form`: a whole form in one column. */
export interface FormView {
  readonly action: string;
  readonly fields: readonly (FieldView | readonly FieldView[])[];
  readonly submit: string;
  readonly cancel?: LinkView;
  readonly errors?: readonly ErrorItem[];
  readonly hidden?: readonly HiddenView[];
  readonly key?: string;
  /** With files, as every form is that has a field for one: the token then travels in the address, where it can be
   * checked before the body is read. */
  readonly multipart?: boolean;
  /** Outlined, when another form on the page is what the page is for. */
  readonly secondary?: boolean;
}

/** The form above a table. */
export interface SearchView {
  readonly action: string;
  readonly text?: { readonly name: string; readonly label: string; readonly value?: string; readonly hint?: string };
  readonly filters?: readonly FieldView[];
  /** What is used less, folded away until one of them is set. */
  readonly more?: { readonly label: string; readonly filters: readonly FieldView[]; readonly isOpen: boolean };
  readonly submit?: string;
  readonly clear?: LinkView;
  readonly hidden?: readonly HiddenView[];
}

/** `pager`. */
export interface PagerView {
  readonly count?: string;
  readonly previous?: string;
  readonly next?: string;
}
