/** What the module of applications takes in for answering. */
import { AnswerApiViews } from './answer-api.view.js';
import { AnswerFiles } from './answer-files.js';
import { AnswerPageViews } from './answer-page.view.js';
import { AnswerProjection } from './answer-projection.js';
import { AnswerReuse } from './answer-reuse.service.js';
import { ReuseViews } from './answer-reuse.view.js';
import { SectionViews } from './answer-section.view.js';
import { AnswerSheets } from './answer-sheet.view.js';
import { AnswerReuseApi, AnswerSheetsPages } from './answer-sheets.pages.js';
import { AnswerWriter } from './answer-writer.js';
import { AnswersApi } from './answers.api.js';
import { AnswersPages } from './answers.pages.js';
import { Answers } from './answers.service.js';

export const ANSWER_CONTROLLERS = [AnswersApi, AnswersPages, AnswerSheetsPages, AnswerReuseApi];

export const ANSWER_PROVIDERS = [
  Answers,
  AnswerApiViews,
  AnswerFiles,
  AnswerPageViews,
  AnswerProjection,
  AnswerReuse,
  AnswerSheets,
  AnswerWriter,
  ReuseViews,
  SectionViews,
];
