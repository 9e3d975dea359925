/** What the pages of mail and jobs show. */
import type { Calendar } from '../../kernel/calendar.js';
import type { Tone } from '../../kernel/lifecycle.js';
import type { ListPage, ListQuery } from '../../platform/lists/list.js';
import type { FactsView, LinkView, NoteView, PageHead, TableView } from '../../platform/pages/components.js';
import { table } from '../../platform/pages/components.js';
import { pagerView } from '../../platform/pages/list-views.js';
import type { Texts } from '../../platform/texts/texts.js';
import type { JobLine, JobState, MailLine, MailState, MailView } from './operations.service.js';

const MAIL_TONES: Readonly<Record<MailState, Tone>> = { kept: 'idle', sent: 'done' };
const JOB_TONES: Readonly<Record<JobState, Tone>> = {
  failed: 'attention',
  running: 'waiting',
  again: 'waiting',
  waiting: 'idle',
};

interface OperationsPage {
  readonly title: string;
  readonly head: PageHead;
  readonly table: TableView;
}

const crumbs = (texts: Texts): LinkView[] => [{ label: texts.t('settings.title'), href: '/settings' }];

const mailTag = (texts: Texts, state: MailState): { tone: Tone; label: string } => ({
  tone: MAIL_TONES[state],
  label: texts.t(`mail.state.${state}`),
});

export function mailsPage(
  list: ListPage<MailLine>,
  query: ListQuery,
  texts: Texts,
  calendar: Calendar,
): OperationsPage {
  const title = texts.t('mail.list.title');
  return {
    title,
    head: {
      ...{ crumbs: crumbs(texts), title, lead: texts.t('mail.list.lead') },
      actions: [{ label: texts.t('text_message.list.title'), href: '/text-messages' }],
    },
    table: table({
      id: 'mails',
      caption: title,
      columns: [
        { key: 'subject', label: texts.t('mail.field.subject') },
        { key: 'recipient', label: texts.t('mail.field.recipient') },
        { key: 'createdAt', label: texts.t('mail.field.created_at') },
        { key: 'state', label: texts.t('mail.field.state') },
      ],
      rows: list.items.map((mail) => ({
        subject: { text: mail.subject, href: `/mails/${mail.id}` },
        recipient: mail.recipient,
        createdAt: calendar.formatInstant(mail.createdAt, 'long'),
        state: { tag: mailTag(texts, mail.state) },
      })),
      stack: true,
      search: { action: '/mails', text: { name: 'q', label: texts.t('mail.search'), value: query.q } },
      pager: pagerView(texts, '/mails', query, list),
      empty:
        query.q === undefined
          ? { title: texts.t('mail.none'), text: texts.t('mail.none.more') }
          : { title: texts.t('mail.none_found') },
    }),
  };
}

export function mailPage(
  mail: MailView,
  texts: Texts,
  calendar: Calendar,
): { title: string; head: PageHead; note?: NoteView; facts: FactsView; paragraphs: readonly (readonly string[])[] } {
  return {
    title: mail.subject,
    head: {
      crumbs: [...crumbs(texts), { label: texts.t('mail.list.title'), href: '/mails' }],
      tag: mailTag(texts, mail.state),
      title: mail.subject,
    },
    ...(mail.masked && { note: { tone: 'blue', title: texts.t('mail.masked'), text: texts.t('mail.masked.more') } }),
    facts: {
      items: [
        { label: texts.t('mail.field.recipient'), value: mail.recipient },
        { label: texts.t('mail.field.created_at'), value: calendar.formatInstant(mail.createdAt, 'long') },
        {
          label: texts.t('mail.field.sent_at'),
          value: mail.sentAt === null ? texts.t('mail.not_sent') : calendar.formatInstant(mail.sentAt, 'long'),
        },
      ],
    },
    paragraphs: mail.body
      .trim()
      .split(/\n\s*\n/u)
      .map((paragraph) => paragraph.split('\n')),
  };
}

export function jobsPage(
  list: ListPage<JobLine>,
  query: ListQuery,
  mayRetry: boolean,
  texts: Texts,
  calendar: Calendar,
): OperationsPage {
  const title = texts.t('job.list.title');
  return {
    title,
    head: { crumbs: crumbs(texts), title, lead: texts.t('job.list.lead') },
    table: table({
      id: 'jobs',
      caption: title,
      columns: [
        { key: 'topic', label: texts.t('job.field.topic') },
        { key: 'state', label: texts.t('job.field.state') },
        { key: 'attempts', label: texts.t('job.field.attempts'), kind: 'number' },
        { key: 'availableAt', label: texts.t('job.field.available_at') },
        ...(mayRetry ? [{ key: 'retry' as const, label: texts.t('job.retry'), unlabeled: true }] : []),
      ],
      rows: list.items.map((job) => ({
        topic: { text: job.topic, note: calendar.formatInstant(job.createdAt, 'long') },
        state: {
          tag: { tone: JOB_TONES[job.state], label: texts.t(`job.state.${job.state}`) },
          note: job.error ?? undefined,
        },
        attempts: job.attempts,
        availableAt: job.state === 'failed' ? undefined : calendar.formatInstant(job.availableAt, 'long'),
        retry:
          job.state === 'failed'
            ? { button: { label: texts.t('job.retry'), action: `/jobs/${job.id}/retry`, about: job.topic } }
            : undefined,
      })),
      stack: true,
      search: { action: '/jobs', text: { name: 'q', label: texts.t('job.search'), value: query.q } },
      pager: pagerView(texts, '/jobs', query, list),
      empty:
        query.q === undefined
          ? { title: texts.t('job.none'), text: texts.t('job.none.more') }
          : { title: texts.t('job.none_found') },
    }),
  };
}
