/** The papers of an award - the letter with the news, and the agreement that both sides sign - as PDF and on the page. */
import { type Block, parseLetter } from '../../platform/letters/blocks.js';
import { type LetterFrameView, type LetterView, previewLetter } from '../../platform/letters/preview.js';
import { drawLetter } from '../../platform/pdf/letter.js';
import { letterMarkup } from '../../platform/templates/letter-markup.js';
import type { DocumentKind } from '../documents/index.js';
import { type AwardLetterInputs, loadLetterInputs } from './award-letter-inputs.js';
import { AGREEMENT_KIND, LETTER_KIND } from './award.lifecycle.js';

interface Paper {
  readonly kind: string;
  readonly template: string;
  readonly title: string;
}

const PAPERS: readonly Paper[] = [
  { kind: LETTER_KIND, template: 'letters/award-letter', title: 'Award letter' },
  { kind: AGREEMENT_KIND, template: 'letters/award-agreement', title: 'Agreement' },
];

export const AWARD_DOCUMENTS: readonly DocumentKind<AwardLetterInputs>[] = PAPERS.map((paper) => ({
  kind: paper.kind,
  subjectType: 'award',
  templateVersion: '1',
  titleOf: ({ number, title }) => `${paper.title}, award ${number}, ${title}`,
  load: loadLetterInputs,
  draw: (inputs) => draw(paper, inputs),
}));

/** The same letter as the page shows it. */
export function previewPaper(kind: string, inputs: AwardLetterInputs): LetterView {
  const paper = PAPERS.find((each) => each.kind === kind);
  if (paper === undefined) throw new Error(`An award has no paper ${kind}`);
  return previewLetter(blocksOf(paper, inputs), frameOf(inputs));
}

const blocksOf = (paper: Paper, inputs: AwardLetterInputs): Block[] =>
  parseLetter(letterMarkup(paper.template, inputs));

const frameOf = (inputs: AwardLetterInputs): LetterFrameView => ({
  agency: inputs.agency,
  program: inputs.program,
  date: inputs.date,
  reference: `Award ${inputs.number}`,
  addressee: ['Authorized signatory', inputs.recipient, ...inputs.recipientAddress],
});

async function draw(paper: Paper, inputs: AwardLetterInputs): Promise<Uint8Array> {
  return drawLetter(blocksOf(paper, inputs), {
    ...frameOf(inputs),
    foot: `Award ${inputs.number} · ${inputs.title}`,
    title: `${paper.title}, award ${inputs.number}`,
  });
}
