/** The seven districts in the order of reports, and what reviewers of every round look for. */

export const DISTRICTS = ['Auburn', 'Federal Way', 'Highline', 'Kent', 'Renton', 'Seattle', 'Tukwila'] as const;

/** What reviewers look for, with what a 1 and a 5 look like. */
export const CRITERIA = [
  {
    name: 'Partnership',
    weight: 30,
    question: 'How does the partnership share decisions, money and credit?',
    low: 'Partners are vendors and learn of plans afterwards.',
    high: 'Partners decide together, and their shares of the budget show it.',
  },
  {
    name: 'Community voice',
    weight: 25,
    question: 'Who chose the focus, and how were families and students part of it?',
    low: 'The focus was chosen without those it is for.',
    high: 'Families and students chose the focus and help to lead.',
  },
  {
    name: 'Plan',
    weight: 25,
    question: 'What will be done, for whom, by when, and how will you know it works?',
    low: 'Activities are named without dates or measures.',
    high: 'Each step has a date, an owner and a measure.',
  },
  {
    name: 'Budget',
    weight: 20,
    question: 'Does the budget fit the plan?',
    low: 'Costs do not follow from the plan.',
    high: 'Each cost follows from the plan and is reasonable.',
  },
] as const;
