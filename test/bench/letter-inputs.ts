/** A two-page award letter with everything in it: partners, budget, conditions and a federal source. */
import type { AwardLetterInputs } from '../../src/features/awards/award-letter-inputs.js';

/** Every letter names another recipient and another award. */
export function letterInputs(number: number): AwardLetterInputs {
  const federal = {
    grantor: 'Example Department of Education',
    awardNumber: 'S000A140001',
    assistanceListing: '84.000',
    awardedOn: 'December 20, 2013',
    period: 'January 1, 2014 to December 31, 2016',
    indirect: 'At the rate the recipient negotiated, at most 8%',
    amount: '$500,000',
  };
  return {
    agency: 'Example Educational Service District',
    agencyAddress: '800 Example Avenue, Exampleton WA 98000',
    program: 'Deep Dive Fund',
    number: `2014-${String(number).padStart(4, '0')}`,
    title: 'Start Strong',
    date: 'July 15, 2014',
    recipient: `Example Community Housing ${number}`,
    recipientAddress: ['600 Example Street', 'Exampleton WA 98000'],
    uei: 'EXAMPLE00000',
    amount: '$1,000,000',
    committee: 'the Executive Committee',
    motion: '2014-0007',
    decidedOn: 'July 8, 2014',
    round: 'Round 1, Start Strong',
    startsOn: 'September 1, 2014',
    endsOn: 'June 30, 2016',
    acceptBy: 'August 5, 2014',
    scope: 'Family learning in three languages.',
    work:
      'Family learning in three languages on four afternoons a week. You carry this out with Example Library, ' +
      'Example School District and Example Health, at Pine Tree and Millennium Elementary.',
    partners: 'Example Library, Example School District and Example Health',
    schools: 'Pine Tree and Millennium Elementary',
    districts: [
      { name: 'Kent', share: '60%' },
      { name: 'Auburn', share: '40%' },
    ],
    budget: [
      { category: 'Staff salaries and benefits', amount: '650,000' },
      { category: 'Participant support', amount: '150,000' },
      { category: 'Other direct and indirect costs', amount: '200,000' },
    ],
    conditions: ['proof of insurance, naming this agency as additional insured.'],
    conditionCount: 'One condition applies',
    determination: 'subrecipient',
    federal: [{ name: 'Example Federal Grant', ...federal }],
  };
}
