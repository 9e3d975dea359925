/** The receipt as a document: number, time to the second, fingerprint, what was sent in short, and who signed for it. */
import type { Calendar } from '../../kernel/calendar.js';
import { notFound } from '../../kernel/errors.js';
import { Money } from '../../kernel/money.js';
import { sql } from '../../platform/database/sql.js';
import type { Queryable } from '../../platform/database/work.js';
import type { Block } from '../../platform/letters/blocks.js';
import { drawLetter } from '../../platform/pdf/letter.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { DocumentKind } from '../documents/index.js';
import { RECEIPT_DOCUMENT, SUBMISSION_SUBJECT } from './receipt.service.js';

/** Plain data, so that the same receipt reads the same. */
export interface ReceiptInputs {
  readonly agency: string;
  readonly round: string;
  readonly organization: string;
  readonly application: string;
  readonly title: string;
  readonly number: number;
  readonly receiptNumber: string;
  readonly date: string;
  readonly received: string;
  readonly instant: string;
  readonly fingerprint: string;
  readonly requested: string;
  readonly certifier: string;
  readonly certifierTitle: string | null;
  readonly certification: string;
}

interface Row extends Omit<ReceiptInputs, 'date' | 'received' | 'instant' | 'requested'> {
  readonly arrivedAt: Date;
  readonly requested: unknown;
}

export function receiptDocument(texts: Texts, calendar: () => Calendar): DocumentKind<ReceiptInputs> {
  return {
    kind: RECEIPT_DOCUMENT,
    subjectType: SUBMISSION_SUBJECT,
    templateVersion: '1',
    titleOf: ({ receiptNumber, title }) => texts.t('receipt.document.title', { receiptNumber, title }),
    load: (from, id) => load(from, id, calendar()),
    draw: (inputs) => draw(texts, inputs),
  };
}

async function load(from: Queryable, id: string, calendar: Calendar): Promise<ReceiptInputs> {
  const [row] = await from.query<Row>(sql`
    select coalesce((select g.name from agency g limit 1), '') as agency, r.name as round, o.name as organization,
           a.number as application, coalesce(s.content ->> 'title', a.title) as title, s.number,
           s.receipt_number as "receiptNumber", s.arrived_at as "arrivedAt", s.fingerprint,
           s.content -> 'requested' as requested, s.certifier_name as certifier,
           s.certifier_title as "certifierTitle", s.certification
    from application_submissions s join applications a on a.id = s.application_id
      join rounds r on r.id = a.round_id join organizations o on o.id = a.organization_id
    where s.id = ${id}`);
  if (row === undefined) throw notFound('thing.not_found');
  const { arrivedAt, requested, ...plain } = row;
  return {
    ...plain,
    date: calendar.formatDate(calendar.today(arrivedAt)),
    received: calendar.formatInstant(arrivedAt, 'full'),
    instant: arrivedAt.toISOString(),
    requested: amountOf(requested),
  };
}

/** Where no budget is asked for, no amount is sent. */
function amountOf(requested: unknown): string {
  const amount = Money.fromJSON(requested);
  return amount.isPositive ? amount.format() : '';
}

async function draw(texts: Texts, inputs: ReceiptInputs): Promise<Uint8Array> {
  const { agency, round, receiptNumber, certifier, certifierTitle, certification, organization } = inputs;
  const t = (key: string, params?: Record<string, unknown>): string => texts.t(key, params);
  const plain = (text: string): Block => ({ kind: 'paragraph', runs: [{ text, strong: false }] });
  const asked: [string, string][] = inputs.requested === '' ? [] : [['receipt.field.requested', inputs.requested]];
  const facts: [string, string][] = [
    ['receipt.field.number', receiptNumber],
    ['receipt.field.received', inputs.received],
    ['receipt.field.instant', inputs.instant],
    ['receipt.field.application', inputs.application],
    ['receipt.field.title', inputs.title],
    ['receipt.field.organization', organization],
    ...asked,
  ];
  const blocks: Block[] = [
    { kind: 'heading', level: 1, text: t('receipt.document.heading') },
    plain(t('receipt.document.lead', { round })),
    ...facts.map(([key, value]): Block => ({
      kind: 'paragraph',
      runs: [
        { text: `${t(key)}: `, strong: true },
        { text: value, strong: false },
      ],
    })),
    { kind: 'heading', level: 2, text: t('receipt.section.fingerprint') },
    plain(`${inputs.fingerprint.slice(0, 32)} ${inputs.fingerprint.slice(32)}`),
    plain(t('receipt.fingerprint.means')),
    { kind: 'heading', level: 2, text: t('receipt.section.certification') },
    plain(certification),
    plain(
      t(certifierTitle === null ? 'receipt.document.signed' : 'receipt.document.signed_as', {
        ...{ certifier, title: certifierTitle, received: inputs.received },
      }),
    ),
  ];
  return drawLetter(blocks, {
    ...{ agency, program: round, date: inputs.date, reference: t('receipt.reference', { receiptNumber }) },
    addressee: [organization],
    foot: `${receiptNumber} · ${inputs.application}`,
    title: t('receipt.document.title', { receiptNumber, title: inputs.title }),
  });
}
