/** What the gallery of components shows: made-up figures that agree with each other. */
import { Money } from '../../src/kernel/money.js';
import { parseLetter } from '../../src/platform/letters/blocks.js';
import { previewLetter } from '../../src/platform/letters/preview.js';
import { barList, lineChart, moneyBar, table } from '../../src/platform/pages/components.js';
import type {
  ActionsView,
  EmptyView,
  FactsView,
  FormView,
  HeroMoney,
  KeyFiguresView,
  ListedThings,
  NoteView,
  PageHead,
  ProgressCard,
  TagView,
  TimelineView,
  TodoListView,
} from '../../src/platform/pages/components.js';
import type { Frame } from '../../src/platform/templates/templates.js';

const dollars = (amount: number): Money => Money.ofCents(amount * 100);

export const galleryFrame: Frame = {
  title: 'Components',
  locale: 'en',
  agency: { name: 'Puget Sound Educational Service District', helpPhone: '555-0100' },
  nav: [
    { label: 'Home', href: '/' },
    { label: 'Rounds', href: '/rounds' },
    { label: 'Applications', href: '/applications' },
    { label: 'Awards', href: '/awards', current: true },
    { label: 'Reports', href: '/reports' },
  ],
  person: { name: 'Program officer', role: 'Deep Dives', href: '/account' },
  csrf: 'token',
  links: [
    { label: 'Accessibility', href: '/accessibility' },
    { label: 'Privacy', href: '/privacy' },
    { label: 'Español', href: '/es', lang: 'es' },
    { label: 'Soomaali', href: '/so', lang: 'so' },
    { label: 'Tiếng Việt', href: '/vi', lang: 'vi' },
  ],
};

const stages = (paid: number, approved: number, remaining: number) => [
  { stage: 'paid' as const, amount: dollars(paid) },
  { stage: 'approved' as const, amount: dollars(approved) },
  { stage: 'remaining' as const, amount: dollars(remaining) },
];
const thin = (paid: number, approved: number, remaining: number) =>
  moneyBar({ parts: stages(paid, approved, remaining), thin: true, decorative: true });

const head: PageHead = {
  crumbs: [
    { label: 'Awards', href: '/awards' },
    { label: 'Deep Dive 1', href: '/rounds/1' },
  ],
  tag: { tone: 'done', label: 'Active' },
  number: 'Award 2014-0001',
  title: 'Kent East Hill',
  lead: 'Kent School District with three community partners, at Pine Tree and Millennium Elementary. September 1, 2014 to August 31, 2016.',
  actions: [
    { label: 'Review request 8', href: '/requests/8', primary: true },
    { label: 'Start an amendment', action: '/awards/1/amend' },
  ],
};

const hero: HeroMoney = {
  label: 'Committed',
  value: '$895,529',
  asOf: 'As of Monday, February 29, 2016.',
  link: { label: 'Open the entries behind these figures', href: '/entries' },
  bar: moneyBar({
    parts: stages(612_408, 38_215, 244_906),
    label: '$612,408 is paid, $38,215 is approved and $244,906 remains of $895,529.',
    mark: { atBasisPoints: 7_500, label: '75% of the time has passed' },
    edged: true,
  }),
  figures: [
    { label: 'Paid', value: '$612,408', note: '68% of the award', stage: 'paid' },
    { label: 'Approved, not yet paid', value: '$38,215', note: 'In batch 2016-09', stage: 'approved' },
    { label: 'Remaining', value: '$244,906', note: 'About $40,818 a month until August', stage: 'remaining' },
  ],
};

const nextList: TodoListView = {
  items: [
    {
      date: 'Tue, Mar 1',
      dateNote: 'in 1 day',
      late: true,
      title: 'Request 8 for $26,480',
      href: '/requests/8',
      who: 'You',
      text: 'approve it on program grounds; 11 receipts, none missing.',
      button: { label: 'Review', href: '/requests/8', about: 'request 8' },
    },
    {
      date: 'Tue, Mar 15',
      title: 'Winter progress report',
      href: '/reports/4',
      who: 'Kent School District',
      text: 'sends it. Request 9 waits on it.',
      button: { label: 'Remind', action: '/reports/4/remind', about: 'Kent School District' },
    },
    {
      date: 'Thu, Mar 17',
      title: 'Payment of $38,215',
      href: '/batches/9',
      who: 'A finance approver',
      text: 'approves and releases batch 2016-09.',
    },
    {
      date: 'Wed, Jun 1',
      title: 'Plan the closeout',
      who: 'You',
      text: 'and the recipient: final report, equipment, data.',
    },
  ],
  more: { label: 'See all 12', href: '/tasks' },
};

const budgetRows: [string, number, number, number][] = [
  ['Parent Academy', 121_640, 4_080, 22_580],
  ['After-school tutoring, housing site', 139_882, 14_210, 60_668],
  ['After-school programs at the schools', 176_464, 12_900, 79_576],
  ['Summer school, shared training', 118_750, 3_551, 59_817],
  ['Indirect costs', 55_672, 3_474, 22_265],
];
const budgetTable = table({
  id: 'budget',
  caption: 'Budget by category, US dollars',
  stack: true,
  columns: [
    { key: 'category', label: 'Category' },
    { key: 'budget', label: 'Budget', kind: 'money' },
    { key: 'paid', label: 'Paid', kind: 'money' },
    { key: 'approved', label: 'Approved', kind: 'money' },
    { key: 'remaining', label: 'Remaining', kind: 'money' },
  ],
  rows: budgetRows.map(([text, paid, approved, remaining]) => ({
    category: { text, bar: thin(paid, approved, remaining) },
    budget: dollars(paid + approved + remaining),
    paid: dollars(paid),
    approved: dollars(approved),
    remaining: dollars(remaining),
  })),
  total: {
    category: 'Total',
    budget: dollars(895_529),
    paid: dollars(612_408),
    approved: dollars(38_215),
    remaining: dollars(244_906),
  },
});

const story: TimelineView = {
  items: [
    {
      when: 'now',
      date: 'Feb 24, 2016',
      title: 'Request 8 submitted',
      href: '/requests/8',
      text: '$26,480, certified by the district’s finance lead.',
    },
    {
      when: 'past',
      date: 'Feb 9, 2016',
      title: 'Site visit at Millennium Elementary',
      text: 'Attendance on target. Tutoring moves to Tuesdays, as families asked.',
    },
    {
      when: 'past',
      date: 'Sep 1, 2015',
      title: 'Amendment 1 in force',
      text: '$18,000 moved from programs to summer school. Total unchanged.',
    },
    {
      when: 'past',
      date: 'Aug 29, 2014',
      title: 'Agreement countersigned',
      text: '$895,529 obligated from Race to the Top – District.',
    },
    {
      when: 'past',
      date: 'May 30, 2014',
      title: 'Application received',
      text: 'Four partners confirmed before the deadline.',
    },
  ],
};

const coming: TimelineView = {
  layout: 'narrow',
  items: [
    { when: 'past', date: 'Thu, Oct 8', title: 'You started' },
    {
      when: 'now',
      date: 'Tue, Nov 10, 5:00 p.m.',
      title: 'Application due',
      text: 'You get a receipt with everything you sent.',
    },
    {
      when: 'future',
      date: 'By Fri, Nov 13',
      title: 'We check it is complete',
      text: 'If something is missing, we send it back and you have 5 days.',
    },
    { when: 'future', date: 'Thu, Dec 10', title: 'The committee decides', text: 'In an open meeting.' },
  ],
};

const lying: TimelineView = {
  layout: 'lying',
  items: [
    { when: 'past', date: 'Mar 8', title: 'Info session' },
    { when: 'past', date: 'Mar 29', title: 'Last day for questions' },
    { when: 'now', date: 'Apr 12', title: 'Due, 5:00 p.m.' },
    { when: 'future', date: 'May 3', title: 'Interviews' },
    { when: 'future', date: 'May 19', title: 'Committee decides' },
  ],
};

const facts: FactsView = {
  items: [
    { label: 'Source', value: 'Race to the Top – District' },
    { label: 'Paid by', value: 'Reimbursement' },
    { label: 'Serves', value: 'Kent, 100%' },
    { label: 'Risk', value: 'Low, set Aug 12, 2015' },
    { label: 'Conditions', value: '2 met, 1 open:', link: { label: 'data-sharing agreement', href: '/conditions' } },
  ],
};

const people: ListedThings = {
  items: [
    { title: 'Kent School District', note: 'Recipient · project lead, finance lead' },
    { title: 'Kent Youth and Family Services', note: 'Partner, collaborative · after-school' },
    { title: 'King County Housing Authority', note: 'Partner, coordinated · tutoring site' },
  ],
};

const documents: ListedThings = {
  items: [
    { title: 'Award letter', href: '/d/1', note: 'PDF, 2 pages · Jul 31, 2014' },
    { title: 'Subaward agreement', href: '/d/2', note: 'PDF, 14 pages · signed by both, Aug 29, 2014' },
    { title: 'Fall progress report', href: '/d/3', note: 'Accepted Dec 2, 2015' },
  ],
};

const holds = barList({
  stacked: true,
  symbol: true,
  rows: [
    {
      label: 'Payment returned by the bank',
      href: '/holds/1',
      note: '1 payable · the payee gives a new account',
      amount: dollars(41_600),
    },
    {
      label: 'Exclusion check is too old',
      href: '/holds/2',
      note: '1 payable · you can run it now',
      amount: dollars(18_750),
    },
    {
      label: 'Tax form missing',
      href: '/holds/3',
      note: '7 payables · the participant sends it',
      amount: dollars(1_575),
    },
  ],
});

const wrongForm: FormView = {
  action: '/claims',
  submit: 'Send the claim',
  secondary: true,
  errors: [
    { text: 'Childcare is $64 over the most for this line', field: 'childcare' },
    { text: 'Add the date on the receipt', field: 'receiptOn' },
  ],
  fields: [
    {
      kind: 'money',
      name: 'childcare',
      label: 'Childcare at the convening',
      hint: 'At most $500.',
      value: '564.00',
      error: 'Enter $500 or less, or split it over two convenings.',
    },
    { kind: 'date', name: 'receiptOn', label: 'Date on the receipt', error: 'Enter a date, such as 10/30/2020.' },
  ],
};

const form: FormView = {
  action: '/answers',
  submit: 'Save and stop',
  secondary: true,
  cancel: { label: 'Back to the list', href: '/list' },
  multipart: true,
  fields: [
    {
      kind: 'text',
      name: 'name',
      label: 'Name of the organization',
      value: 'Techbridge',
      autocomplete: 'organization',
    },
    { kind: 'email', name: 'email', label: 'E-mail', optional: true, hint: 'We write only about this application.' },
    [
      { kind: 'number', name: 'children', label: 'Children', value: '2' },
      { kind: 'number', name: 'hours', label: 'Hours', value: '2' },
    ],
    {
      kind: 'select',
      name: 'lines[0].category',
      label: 'Category',
      value: 'salaries',
      options: [
        { value: 'salaries', label: 'Salaries' },
        { value: 'supplies', label: 'Supplies' },
      ],
    },
    {
      kind: 'textarea',
      name: 'why',
      label: 'How does this budget put families first?',
      hint: 'Say it as you would to a neighbor. At most 150 words.',
      help: {
        title: 'What reviewers look for',
        text: 'Families decide what the money is for, and are paid for their time.',
      },
      value:
        'Two thirds of this budget pays people who speak our families’ languages.\n  Saturday School tutors are former students.',
      count: '62 of 150 words',
      saved: 'Saved 2:14 p.m.',
    },
    {
      kind: 'radios',
      name: 'score',
      label: 'Authentic partnership',
      value: '5',
      options: [
        { value: '3', label: 'Partners plan together; the district or lead decides.' },
        { value: '4', label: 'Partners share decisions and budget.' },
        { value: '5', label: 'Families and partners decide the focus, and are paid for it.' },
      ],
    },
    {
      kind: 'checkboxes',
      name: 'districts',
      label: 'Districts it serves',
      value: ['kent'],
      error: 'Choose at least two districts.',
      options: [
        { value: 'kent', label: 'Kent', hint: 'Two schools' },
        { value: 'renton', label: 'Renton' },
      ],
    },
    { kind: 'yes', name: 'true', label: 'What I entered is true and complete', value: true },
    {
      kind: 'file',
      name: 'receipt',
      label: 'Photo of the receipt',
      hint: 'A handwritten note from the sitter is fine.',
      accept: 'image/*',
    },
    { kind: 'hidden', name: 'version', label: '', value: '3' },
  ],
};

const notes: Record<'refused' | 'waits' | 'told', NoteView> = {
  refused: {
    tone: 'rust',
    title: 'This batch cannot be released yet',
    text: 'You prepared batch 2016-09, so a different person releases it. Two finance approvers can. Nothing was changed.',
    link: { label: 'Ask a finance approver', href: '/ask' },
  },
  waits: {
    tone: 'gold',
    title: 'Waiting for Coyote Central',
    text: 'They were asked on October 19. You can submit once they confirm.',
  },
  told: {
    tone: 'blue',
    title: 'Application sent',
    text: 'We received it on Tuesday, November 10 at 3:42 p.m. The receipt, with everything you sent, is in your e-mail and under Applications.',
    link: { label: 'Open the receipt', href: '/receipt' },
  },
};

const empties: Record<'none' | 'notFound', EmptyView> = {
  none: {
    title: 'No requests to approve',
    text: 'When an organization asks for money, it appears here and on your home page.',
    link: { label: 'See approved requests', href: '/requests' },
  },
  notFound: {
    title: 'No awards match “Tukwila”',
    text: 'Tukwila has no award so far. Try a school or a partner’s name.',
    link: { label: 'Clear the search', href: '/awards' },
  },
};

const tags: TagView[] = [
  { tone: 'idle', label: 'Not started' },
  { tone: 'moving', label: 'Draft' },
  { tone: 'waiting', label: 'Waiting for finance' },
  { tone: 'done', label: 'Active' },
  { tone: 'attention', label: 'Returned by the bank' },
];

const actions: ActionsView = {
  items: [
    { label: 'Submit', action: '/submit', primary: true },
    { label: 'Return', action: '/return', needsNote: true, noteHint: 'The applicant reads it.' },
    { label: 'Withdraw', action: '/withdraw', quiet: true },
    { label: 'Release', action: '/release', blockers: ['You prepared this batch, so a different person releases it.'] },
  ],
};

const districts = barList({
  legend: [
    { stage: 'remaining', label: 'Awarded before' },
    { stage: 'paid', label: 'This slate' },
  ],
  rows: [
    ['Auburn', 455_722, 0],
    ['Federal Way', 0, 0],
    ['Highline', 1_148_966, 250_000],
    ['Kent', 895_529, 250_000],
    ['Tukwila', 0, 0],
  ].map(([label, before, slate]) => ({
    label: String(label),
    parts: [
      { stage: 'remaining' as const, amount: dollars(Number(before)) },
      { stage: 'paid' as const, amount: dollars(Number(slate)) },
    ],
  })),
});

const figures: KeyFiguresView = {
  items: [
    { label: 'Set aside', value: '$5,000,000', note: '$196,543 not yet awarded' },
    { label: 'Committed', value: '$4,803,457', note: '10 awards' },
  ],
};

const batches = table({
  id: 'batches',
  caption: 'Batches, US dollars',
  search: {
    action: '/batches',
    text: { name: 'q', label: 'Search', hint: 'Search by payee or number' },
    filters: [
      {
        kind: 'select',
        name: 'state',
        label: 'State',
        optional: true,
        prompt: 'All',
        options: [{ value: 'draft', label: 'Draft' }],
      },
    ],
    clear: { label: 'Clear the search', href: '/batches' },
  },
  columns: [
    { key: 'number', label: 'Batch', sortHref: '?sort=number', sorted: 'descending' },
    { key: 'state', label: 'State' },
    { key: 'waits', label: 'Waits on' },
    { key: 'payments', label: 'Payments', kind: 'number', minor: true },
    { key: 'amount', label: 'Amount', kind: 'money', sortHref: '?sort=amount' },
  ],
  rows: [
    {
      number: { text: '2016-10', href: '/batches/10', note: 'Stipends, ACH, Mar 4' },
      state: { tag: { tone: 'waiting', label: 'Approved' } },
      waits: { text: 'A finance approver', note: 'to release it' },
      payments: 42,
      amount: dollars(3_150),
    },
    {
      number: { text: '2016-09', href: '/batches/9', note: 'ACH, Mar 17' },
      state: { tag: { tone: 'waiting', label: 'Draft' } },
      waits: { text: 'A finance approver', note: 'to approve it; you prepared it' },
      payments: 3,
      amount: dollars(77_035),
    },
    {
      number: { text: '2016-08', href: '/batches/8', note: 'ACH, Feb 25' },
      state: { tag: { tone: 'moving', label: 'Released' } },
      waits: { text: 'The bank', note: 'until Thu, Mar 3' },
      payments: 8,
      amount: dollars(96_310),
    },
    {
      number: { text: '2016-07', href: '/batches/7', note: 'Warrants, Feb 18' },
      state: { tag: { tone: 'done', label: 'Settled' } },
      waits: undefined,
      payments: 6,
      amount: dollars(142_655),
    },
  ],
  pager: { count: '1 to 4 of 1,000+', next: '?after=x' },
  export: { label: 'Download as a spreadsheet', href: '/batches.csv' },
});

const awards = table({
  id: 'awards',
  caption: 'Awards by round, US dollars',
  showCaption: true,
  legend: [
    { stage: 'paid', label: 'Paid' },
    { stage: 'approved', label: 'Approved, not yet paid' },
    { stage: 'remaining', label: 'Remaining' },
  ],
  columns: [
    { key: 'award', label: 'Award' },
    { key: 'share', label: 'Share paid' },
    { key: 'committed', label: 'Committed', kind: 'money' },
    { key: 'paid', label: 'Paid', kind: 'money' },
    { key: 'remaining', label: 'Remaining', kind: 'money' },
  ],
  groups: [
    {
      label: 'Deep Dive 1',
      rows: [
        {
          award: { text: 'Kent East Hill', href: '/awards/1' },
          share: { bar: thin(612_408, 38_215, 244_906) },
          committed: dollars(895_529),
          paid: dollars(612_408),
          remaining: dollars(244_906),
        },
      ],
    },
    {
      label: 'Deep Dive 2',
      rows: [
        {
          award: { text: 'White Center', href: '/awards/2' },
          share: { bar: thin(874_110, 41_600, 233_256) },
          committed: dollars(1_148_966),
          paid: dollars(874_110),
          remaining: dollars(233_256),
        },
      ],
    },
  ],
  total: {
    award: 'Total',
    share: undefined,
    committed: dollars(2_044_495),
    paid: dollars(1_486_518),
    remaining: dollars(478_162),
  },
  note: 'Every figure opens the ledger entries behind it. Remaining = committed − approved − paid.',
});

const slateRow = (rank: string, title: string, lead: string, asked: number, award: string, cutoff = false) => ({
  rank,
  application: { text: title, href: `/applications/${rank}`, note: lead },
  asked: dollars(asked),
  award: {
    field: { kind: 'money' as const, name: `awards[${rank}]`, label: `Award for ${title}`, value: award, bare: true },
  },
  result:
    award === ''
      ? { tag: { tone: 'waiting' as const, label: '$211,000 short' } }
      : { tag: { tone: 'done' as const, label: 'Fits' } },
  cutoff,
});
const slate = table({
  id: 'slate',
  caption: 'Applications in the order of their rank, US dollars',
  stack: true,
  columns: [
    { key: 'rank', label: 'Rank' },
    { key: 'application', label: 'Application' },
    { key: 'asked', label: 'Asked', kind: 'money' },
    { key: 'award', label: 'Award', kind: 'money' },
    { key: 'result', label: 'Result' },
  ],
  rows: [
    slateRow('1', 'Seattle World School Pathways', 'Vietnamese Friendship Association', 211_000, '211,000'),
    slateRow('2', 'Girls in STEM after school', 'Techbridge', 250_000, '250,000'),
    slateRow('4', 'Federal Way pathways', 'Federal Way partnership', 250_000, '', true),
  ],
});

const nothing = table({
  id: 'nothing',
  caption: 'Nothing',
  columns: [{ key: 'name', label: 'Name' }],
  rows: [],
  empty: empties.notFound,
});

const line = lineChart({
  label: '$45,000 is paid. An even pace would be $98,630 by now: 54% behind.',
  most: dollars(180_000),
  plan: {
    label: 'Even pace',
    points: [
      { at: 0, amount: dollars(0) },
      { at: 10_000, amount: dollars(180_000) },
    ],
  },
  actual: {
    label: 'Paid $45,000',
    points: [
      { at: 0, amount: dollars(0) },
      { at: 1_600, amount: dollars(0) },
      { at: 1_600, amount: dollars(45_000) },
      { at: 5_480, amount: dollars(45_000) },
    ],
  },
  ticks: [
    { at: 0, label: 'May 5, 2026' },
    { at: 5_480, label: 'Today' },
    { at: 10_000, label: 'May 5, 2027' },
  ],
});

const progress: ProgressCard = {
  kicker: 'Deep Dive 3, round 3',
  title: 'Seattle World School Pathways',
  href: '/application',
  tag: { tone: 'moving', label: 'Draft' },
  bar: moneyBar({
    whole: dollars(7),
    parts: [{ stage: 'paid', amount: dollars(5) }],
    thin: true,
    edged: true,
    decorative: true,
  }),
  done: '5 of 7 sections finished',
  amount: '$211,000 asked for',
  parts: [
    { title: 'Your organization', href: '/organization', note: 'Finished', open: false },
    { title: 'Budget', href: '/budget', note: 'To do', open: true },
  ],
};

const letter = previewLetter(
  parseLetter(
    '<h1>Award of $895,529 for Kent East Hill</h1><p>We are glad to offer <strong>$895,529</strong>.</p>' +
      '<h2>Approved budget, US dollars</h2><table><row><cell>Category</cell><cell>Amount</cell></row>' +
      '<row><cell>Parent Academy</cell><cell>895,529</cell></row><row><cell>Total</cell><cell>$895,529</cell></row></table>' +
      '<p>One condition applies:</p><list><item>proof of insurance.</item></list>' +
      '<signature>Authorized signatory | Puget Sound Educational Service District</signature>',
  ),
  {
    agency: 'Puget Sound Educational Service District',
    program: 'Road Map Region Race to the Top',
    date: 'July 31, 2014',
    reference: 'Award 2014-0001',
    addressee: ['Superintendent', 'Kent School District'],
  },
);

export const galleryView = {
  head,
  hero,
  next: { head: { title: 'What is next' }, list: nextList },
  budget: { head: { title: 'Budget', link: { label: 'Budget report', href: '/report' } }, table: budgetTable },
  story: { head: { title: 'The story so far', link: { label: 'All 46 events', href: '/events' } }, timeline: story },
  facts,
  people,
  documents,
  holds,
  coming,
  lying,
  wrongForm,
  form,
  notes,
  empties,
  tags,
  actions,
  districts,
  figures,
  batches,
  awards,
  slate,
  nothing,
  line,
  progress,
  letter,
};
