/** Criteria in comment as pages show them: to staff all that was said, to everybody what is asked and answered. */
import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors.js';
import { Policy } from '../../kernel/policy.js';
import { Database } from '../../platform/database/database.js';
import type { Visit } from '../../platform/http/visit.js';
import {
  type ActionView,
  type ChoiceView,
  type NoteView,
  type PageHead,
  table,
  type TableView,
} from '../../platform/pages/components.js';
import { errorItems, fieldViews } from '../../platform/pages/forms.js';
import { Texts } from '../../platform/texts/texts.js';
import { CommentGroups, type GroupView } from './comment-groups.service.js';
import {
  AudienceInput,
  CommentAnswerInput,
  CommentInput,
  GroupInput,
  GroupMailInput,
  HeardInput,
} from './criteria.input.js';
import { criteriaLines, criteriaTable, differenceTable, saidViews } from './criteria.parts.js';
import { commentUntil, isOpenForComment, isPublicDraft } from './criteria.reads.js';
import { Criteria } from './criteria.service.js';
import { differences } from './round.compare.js';
import type { Round } from './round.entity.js';
import { formPage, type FormPageView } from './round-form-page.js';
import { findRound, readRubric, roundSubject } from './rounds.reads.js';
import { Rounds } from './rounds.service.js';
import { readRubricVersions, type RubricVersionView } from './rubric-versions.js';

type View = { title: string } & Record<string, unknown>;

@Injectable()
export class CriteriaViews {
  constructor(
    private readonly db: Database,
    private readonly policy: Policy,
    private readonly texts: Texts,
    private readonly rounds: Rounds,
    private readonly groups: CommentGroups,
    private readonly criteria: Criteria,
  ) {}

  /** For staff: versions, who is asked, and everything that was said. */
  async staff(visit: Visit): Promise<View> {
    const { t } = this;
    const round = await this.rounds.get(visit.actor, visit.id());
    const path = `/rounds/${round.id}`;
    const can = (permission: string): boolean => this.policy.can(visit.actor, permission, roundSubject(round));
    const isEditable = round.state === 'draft' || round.state === 'in_comment';
    const canEdit = isEditable && can('round.update');
    const canAnswer = can('round.answer_comment');
    const [versions, groups, comments] = await Promise.all([
      readRubricVersions(this.db, round.id),
      this.groups.list(this.db, round.id),
      this.criteria.comments(this.db, round.id),
    ]);
    const open = comments.filter(({ outcome }) => outcome === null).length;
    const said = saidViews(this.texts, this.db.currentCalendar, comments).map((each, index) => ({
      ...each,
      ...(canAnswer && {
        href: `${path}/comments/${each.id}`,
        action: t(comments[index]?.outcome === null ? 'criteria.answer' : 'criteria.answer_again'),
      }),
    }));
    const head: PageHead = {
      crumbs: this.crumbs(round),
      title: t('criteria.title'),
      lead: t('criteria.lead', { count: comments.length, open }),
      actions: [
        ...(canAnswer ? [{ label: t('criteria.enter'), href: `${path}/comments/new` }] : []),
        ...(canEdit ? [{ label: t('round.rubric.edit'), href: `${path}/rubric` }] : []),
      ],
    };
    return {
      title: head.title,
      head,
      note: this.staffNote(round),
      versions: this.versionTable(path, versions),
      comments: said,
      none: { title: t('criteria.none'), text: t('criteria.none.text') },
      groups: canEdit || groups.length > 0 ? this.groupTable(round, groups, canEdit) : undefined,
      audience: canEdit ? this.audienceForm(path, round) : undefined,
      groupForm: canEdit ? this.groupForm(visit, path, round) : undefined,
    };
  }

  /** Two versions of the rubric side by side; the last two when nothing is said. */
  async compare(visit: Visit): Promise<View> {
    const { t } = this;
    const round = await this.rounds.get(visit.actor, visit.id());
    const versions = await readRubricVersions(this.db, round.id);
    const pick = (name: string, otherwise: RubricVersionView | undefined): RubricVersionView => {
      const asked = visit.query[name];
      const found = asked === undefined ? otherwise : versions.find(({ number }) => String(number) === asked);
      if (found === undefined) throw notFound('thing.not_found');
      return found;
    };
    const after = pick('to', versions[0]);
    const before = pick('from', versions.find(({ number }) => number < after.number) ?? after);
    const crumbs = [...this.crumbs(round), { label: t('criteria.title'), href: `/rounds/${round.id}/criteria` }];
    const title = t('criteria.compare', { from: before.number, to: after.number });
    return {
      title,
      head: { crumbs, title, lead: after.reason ?? undefined },
      table: this.versionDifferences(before, after),
    };
  }

  async answerForm(visit: Visit): Promise<FormPageView & { said: unknown }> {
    const { t } = this;
    const round = await this.rounds.get(visit.actor, visit.id());
    const comment = await this.criteria.getComment(this.db, round.id, visit.id('commentId'));
    const versions = await readRubricVersions(this.db, round.id);
    const form = formPage(this.texts, visit, {
      title: t('criteria.answer_title'),
      crumbs: [...this.crumbs(round), { label: t('criteria.title'), href: `/rounds/${round.id}/criteria` }],
      input: CommentAnswerInput,
      action: `/rounds/${round.id}/comments/${comment.id}`,
      submit: t('criteria.answer_save'),
      values: { outcome: comment.outcome, answer: comment.answer, changedInId: comment.changedInId },
      choices: {
        changedInId: versions.map(({ id, number }) => ({ value: id, label: t('criteria.version', { number }) })),
      },
      version: comment.version,
    });
    return { ...form, said: saidViews(this.texts, this.db.currentCalendar, [comment])[0] };
  }

  async heardForm(visit: Visit): Promise<FormPageView> {
    const { t } = this;
    const round = await this.rounds.get(visit.actor, visit.id());
    const groups = await this.groups.list(this.db, round.id);
    return formPage(this.texts, visit, {
      title: t('criteria.enter'),
      lead: t('criteria.enter.lead'),
      crumbs: [...this.crumbs(round), { label: t('criteria.title'), href: `/rounds/${round.id}/criteria` }],
      input: HeardInput,
      action: `/rounds/${round.id}/comments`,
      submit: t('criteria.enter.submit'),
      values: { heardOn: this.db.today },
      choices: {
        criterion: await this.criteriaChoices(round.id),
        groupId: groups.map(({ id, name }) => ({ value: id, label: name })),
      },
      overrides: { criterion: { kind: 'select', prompt: t('criteria.about_all') } },
    });
  }

  /** The link of a group that is asked already, mailed to whom it has not reached. */
  async mailForm(visit: Visit): Promise<FormPageView> {
    const { t } = this;
    const round = await this.rounds.get(visit.actor, visit.id());
    const groups = (await this.groups.list(this.db, round.id)).filter(({ endedAt }) => endedAt === null);
    const asked = groups.find(({ id }) => id === visit.query['group']) ?? (groups.length === 1 ? groups[0] : undefined);
    const note: NoteView = { tone: 'gold', title: t('criteria.not_open'), text: t('criteria.mail.not_open') };
    return formPage(this.texts, visit, {
      title: t('criteria.group.mail'),
      lead: t('criteria.mail.lead'),
      note: round.state === 'in_comment' ? undefined : note,
      crumbs: [...this.crumbs(round), { label: t('criteria.title'), href: `/rounds/${round.id}/criteria` }],
      input: GroupMailInput,
      action: `/rounds/${round.id}/groups/mail`,
      submit: t('criteria.group.mail'),
      values: { groupId: asked?.id },
      choices: { groupId: groups.map(({ id, name }) => ({ value: id, label: name })) },
      overrides: { addresses: { rows: 4 } },
    });
  }

  /** For everybody: while the criteria are in comment, and afterwards what became of what was said. */
  async public(visit: Visit): Promise<View> {
    const round = await findRound(this.db, visit.id());
    const isSeen =
      round !== undefined && (isPublicDraft(round) || !['draft', 'in_comment', 'cancelled'].includes(round.state));
    if (!isSeen) throw notFound('thing.not_found');
    return this.asked(visit, round, { action: `/funding/${round.id}/criteria` });
  }

  /** For who came by the link of a group. */
  async group(visit: Visit, token: string): Promise<View> {
    const group = await this.groups.open(token);
    const round = await findRound(this.db, group.roundId);
    if (round === undefined || round.state === 'cancelled') throw notFound('criteria.link_not_open');
    return this.asked(visit, round, { action: `/criteria/${token}`, group: group.name });
  }

  private readonly t = (key: string, params?: Readonly<Record<string, unknown>>): string => this.texts.t(key, params);

  private crumbs(round: Round): { label: string; href: string }[] {
    return [
      { label: this.t('round.list.title'), href: '/rounds' },
      { label: round.name, href: `/rounds/${round.id}` },
    ];
  }

  private async asked(visit: Visit, round: Round, by: { action: string; group?: string }): Promise<View> {
    const { t } = this;
    const calendar = this.db.currentCalendar;
    const versions = await readRubricVersions(this.db, round.id);
    const criteria = versions[0]?.criteria ?? (await readRubric(this.db, round.id));
    const until = await commentUntil(this.db, round.id);
    const isOpen = isOpenForComment(round, until, this.db.today);
    const comments = await this.criteria.answered(this.db, round.id);
    const wasPublished = round.state !== 'in_comment' && round.state !== 'draft';
    const head: PageHead = {
      crumbs: [
        { label: t('funding.title'), href: '/funding' },
        ...(wasPublished || isPublicDraft(round) ? [{ label: round.name, href: `/funding/${round.id}` }] : []),
      ],
      number: by.group,
      title: t('criteria.public_title', { name: round.name }),
      lead: t(isOpen ? 'criteria.public_lead' : 'criteria.public_over'),
      ...(isOpen &&
        until !== null && {
          side: { label: t('criteria.until'), value: calendar.formatDate(until, 'full') },
        }),
    };
    const [now, before] = versions;
    return {
      title: head.title,
      head,
      note: isOpen ? undefined : this.overNote(round, wasPublished),
      version: now === undefined ? undefined : t(`criteria.shown.${now.kind}`, { number: now.number }),
      criteria: criteriaTable(this.texts, criteria),
      changed: now !== undefined && before !== undefined ? this.versionDifferences(before, now) : undefined,
      changedWhy: now?.reason ?? undefined,
      form: isOpen ? await this.commentForm(visit, round, by.action) : undefined,
      comments: saidViews(this.texts, calendar, comments),
    };
  }

  private async commentForm(visit: Visit, round: Round, action: string): Promise<unknown> {
    const fields = fieldViews(CommentInput, this.texts, {
      refused: visit.refused,
      values: visit.actor.kind === 'person' ? { name: visit.actor.name } : {},
      choices: { criterion: await this.criteriaChoices(round.id) },
      overrides: {
        criterion: { kind: 'select', prompt: this.t('criteria.about_all') },
        body: { rows: 6 },
        name: { autocomplete: 'name' },
        organization: { autocomplete: 'organization' },
      },
    });
    return { action, fields, submit: this.t('criteria.send'), errors: errorItems(this.texts, visit.refused) };
  }

  private async criteriaChoices(roundId: string): Promise<ChoiceView[]> {
    return (await readRubric(this.db, roundId)).map(({ name }) => ({ value: name, label: name }));
  }

  private overNote(round: Round, wasPublished: boolean): NoteView {
    const { t } = this;
    return {
      tone: 'blue',
      title: t('criteria.over'),
      text: t(wasPublished ? 'criteria.over.published' : 'criteria.over.soon'),
      ...(wasPublished && { link: { label: round.name, href: `/funding/${round.id}` } }),
    };
  }

  private staffNote(round: Round): NoteView | undefined {
    const { t } = this;
    if (round.state === 'draft') {
      return { tone: 'blue', title: t('criteria.not_open'), text: t('criteria.not_open.text') };
    }
    if (round.state !== 'in_comment' || round.commentAudience !== 'public') return undefined;
    const link = { label: t('criteria.public_page'), href: `/funding/${round.id}/criteria` };
    return { tone: 'blue', title: t('criteria.is_open'), text: t('criteria.is_open.text'), link };
  }

  private versionTable(path: string, versions: readonly RubricVersionView[]): TableView {
    const { t } = this;
    return table({
      id: 'versions',
      caption: t('criteria.versions'),
      columns: [
        { key: 'name', label: t('criteria.version_head') },
        { key: 'kind', label: t('criteria.kind_head') },
        { key: 'reason', label: t('criteria.reason_head') },
        { key: 'changed', label: t('criteria.compare_head') },
      ],
      rows: versions.map((each, index) => {
        const before = versions[index + 1];
        return {
          name: {
            text: t('criteria.version', { number: each.number }),
            note: this.db.currentCalendar.formatInstant(each.createdAt, 'long'),
          },
          kind: t(`criteria.kind.${each.kind}`),
          reason: each.reason,
          changed:
            before === undefined
              ? undefined
              : {
                  text: t('criteria.compare', { from: before.number, to: each.number }),
                  href: `${path}/criteria/compare?from=${before.number}&to=${each.number}`,
                },
        };
      }),
      empty: { title: t('criteria.no_versions'), text: t('criteria.no_versions.text') },
      stack: true,
    });
  }

  private versionDifferences(before: RubricVersionView, after: RubricVersionView): TableView {
    const { t } = this;
    return differenceTable(
      this.texts,
      {
        ...{ id: 'differences', caption: t('criteria.compare', { from: before.number, to: after.number }) },
        before: t('criteria.version', { number: before.number }),
        after: t('criteria.version', { number: after.number }),
      },
      differences(criteriaLines(this.texts, before.criteria), criteriaLines(this.texts, after.criteria)),
    );
  }

  private groupTable(round: Round, groups: readonly GroupView[], canEdit: boolean): TableView {
    const { t } = this;
    const path = `/rounds/${round.id}`;
    const canMail = canEdit && round.state === 'in_comment';
    const button = (id: string, name: string, action: string): ActionView => ({
      ...{ label: t(`criteria.group.${action}`), action: `${path}/groups/${action}`, quiet: true, about: name },
      hidden: [{ name: 'groupId', value: id }],
    });
    return table({
      id: 'groups',
      caption: t('criteria.groups'),
      columns: [
        { key: 'name', label: t('criteria.field.group') },
        { key: 'link', label: t('criteria.link_head') },
        ...(canMail ? [{ key: 'mail' as const, label: t('criteria.group.mail'), unlabeled: true }] : []),
        { key: 'replace', label: t('criteria.link_replace_head'), unlabeled: true },
        { key: 'end', label: t('criteria.group_end_head'), unlabeled: true },
      ],
      rows: groups.map((each) => {
        const isLive = each.endedAt === null;
        return {
          name: {
            text: each.name,
            note: [
              t('criteria.group.comments', { count: each.comments }),
              ...(isLive ? [] : [t('criteria.group_ended')]),
            ].join(' · '),
          },
          link: isLive && canEdit ? { text: this.groups.link(each), href: this.groups.link(each) } : undefined,
          ...(canMail && {
            mail: isLive
              ? {
                  button: {
                    ...{ label: t('criteria.group.mail'), quiet: true, about: each.name },
                    href: `${path}/groups/mail?group=${each.id}`,
                  },
                }
              : undefined,
          }),
          replace: isLive && canEdit ? { button: button(each.id, each.name, 'replace-link') } : undefined,
          end: isLive && canEdit ? { button: button(each.id, each.name, 'end') } : undefined,
        };
      }),
      empty: { title: t('criteria.no_groups'), text: t('criteria.no_groups.text') },
      stack: true,
    });
  }

  private audienceForm(path: string, round: Round): unknown {
    return {
      action: `${path}/criteria/audience`,
      fields: fieldViews(AudienceInput, this.texts, {
        values: { audience: round.commentAudience },
        only: ['audience'],
        overrides: { audience: { kind: 'radios' } },
      }),
      submit: this.t('form.save'),
      secondary: true,
      hidden: [{ name: 'version', value: String(round.version) }],
    };
  }

  private groupForm(visit: Visit, path: string, round: Round): unknown {
    const isOpen = round.state === 'in_comment';
    return {
      action: `${path}/groups`,
      fields: fieldViews(GroupInput, this.texts, {
        refused: visit.refused,
        only: isOpen ? ['name', 'addresses'] : ['name'],
        overrides: { addresses: { rows: 3 } },
      }),
      submit: this.t('criteria.group.add'),
      secondary: true,
      errors: errorItems(this.texts, visit.refused),
    };
  }
}
