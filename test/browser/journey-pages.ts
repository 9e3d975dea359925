/** Every page that Granary shows, and the addresses under which the demonstration has something to show on it. */
import { FEATURES_IN_ORDER } from '../../src/app.module.js';
import { newId } from '../../src/kernel/ids.js';
import { rawSql, sql } from '../../src/platform/database/sql.js';
import { listRoutes, type RouteRow } from '../../src/platform/http/routes.js';
import type { WebWorld } from '../support/world.js';

export const PAGES: readonly RouteRow[] = listRoutes(FEATURES_IN_ORDER).filter(
  ({ method, path }) => method === 'GET' && !/^\/(api|health|ready)(\/|$)/.test(path),
);

/** Gives the address of a page in this demonstration. */
export async function journeyAddresses(world: WebWorld): Promise<(route: RouteRow) => string> {
  const ids = await findIds(world);
  const pairs = await findPairs(world, ids);
  return ({ path }) => {
    const pair = pairs[path];
    if (pair !== undefined) return pair;
    const words = path.split('/').filter((word) => word !== '' && !word.startsWith(':'));
    const before = path.split('/:')[0]?.split('/').at(-1) ?? '';
    const keys = [`${words[0]}/${words.at(-1)}`, `${words[0]}/${before}`, before, ...words];
    const id = keys.map((key) => ids[key]).find((each) => each !== undefined) ?? '';
    if (path.includes(':') && id === '') throw new Error(`The test has no id for ${path}`);
    return path.replace(/:[A-Za-z]+/g, id);
  };
}

/** By the first word of the path, what stands for its id. A new page with an id in its path needs a line here. */
async function findIds(world: WebWorld): Promise<Readonly<Record<string, string>>> {
  const any = async (table: string, where = 'true', column = 'id'): Promise<string> => {
    const query = sql`select ${rawSql(column)} as id from ${rawSql(table)} where ${rawSql(where)} limit 1`;
    return (await world.db.find<{ id: string }>(query))?.id ?? newId();
  };
  const inReview = "r.state in ('reviewing', 'deciding')";
  const round = await any('rounds r', inReview);
  return {
    sources: await any('sources', "state = 'active'"),
    'sources/edit': await any('sources', "state = 'draft'"),
    funds: await any('funds'),
    organizations: await any('organizations'),
    people: await any('persons', "name = 'Program officer'"),
    'rule-sets': await any('rule_sets'),
    wordings: await any('rule_sets'),
    links: 'a-link-that-is-none',
    card: 'a-card-that-is-none',
    join: 'a-link-that-is-none',
    'organization-claims': await any('organization_claims'),
    retention: 'people',
    'legal-holds': await any('legal_holds'),
    disposals: await any('disposals'),
    mails: await any('mails'),
    rounds: round,
    'rounds/edit': await any('rounds', "state = 'draft'"),
    'rounds/rehearsal': await any('rounds', "state = 'draft'"),
    'rounds/form': await any('rounds', "state = 'draft'"),
    'rounds/changes': await any('rounds', 'copied_from_id is not null'),
    criteria: 'a-link-that-is-none',
    funding: await any('rounds', "state = 'published'"),
    conflicts: await any('conflicts'),
    applications: await any('applications', "state = 'submitted'"),
    'applications/submit': await any('applications', "state = 'draft'"),
    'applications/more-time': await any('applications', "state = 'draft'"),
    'applications/memorandum': await any('applications', "state = 'draft'"),
    'extension-requests': await any('extension_requests'),
    partnerships: await any('application_partners', 'invited_at is not null'),
    partner: 'a-link-that-is-none',
    colleague: 'a-link-that-is-none',
    reviews: await any('reviews'),
    'reviews/rounds': round,
    interviews: await any('interviews'),
    'interviews/rounds': round,
    'interviews/slots': round,
    'interviews/offer': round,
    meetings: await any('meetings', "state = 'in_session'"),
    motions: await any('motions'),
    awards: await any('awards', "state = 'active'"),
    'awards/edit': await any('awards', "state = 'drafted'"),
    'awards/accept': await any('awards', "state = 'offered'"),
    requests: await any('disbursements', "state = 'submitted'"),
    payments: await any('payments'),
    'payments/batches': await any('payment_batches'),
    'payments/register': await any('payment_batches', "state = 'released'"),
    'payments/payables': await any('payables'),
    'payments/payees': await any('payees'),
    'payments/edit': await any('payees'),
    'payments/payee-secrets': await any('payee_secrets', "state = 'recorded'"),
    'audit/events': await any('audit_events'),
    documents: await any('documents'),
    reports: await any('report_requests'),
    pools: await any('pools', "kind = 'own_costs'"),
    costs: await any('own_costs'),
    collaboratives: await any('collaboratives', "short_name = 'FLC'"),
    years: await any('collaborative_years', 'current_date between starts_on and ends_on'),
    teams: await any('teams'),
    seats: await any('seats', 'ended_on is null'),
    attendances: await any('attendances', "state = 'attended'"),
    convenings: await any('convenings', "state = 'held'"),
    'convenings/edit': await any('convenings', "state = 'planned'"),
    'support/stipends': await any('stipends', "state = 'accrued'"),
    'support/convenings': await any('stipends', "state = 'accrued'", 'convening_id'),
    'support/claims': await any('childcare_claims', "state = 'submitted'"),
    policies: await any('collaboratives', "short_name = 'FLC'"),
    attachments: await any('attachments'),
    quarantine: await any('attachments'),
    announcements: await any('announcements'),
    'announcements/edit': await any('announcements', "state = 'draft'"),
    questions: await any('round_questions'),
    'rounds/questions': round,
    broadcasts: await any('broadcasts', "state = 'sent'"),
    'broadcasts/edit': await any('broadcasts', "state = 'draft'"),
    replies: 'a-link-that-is-none',
    'second-factor-resets': await any('second_factor_resets'),
    screening: await any('applications', "state = 'submitted'"),
    'screening/runs': await any('screening_runs'),
    'letters-of-intent': await any('letters_of_intent'),
    'technical-assistances': await any('technical_assistances'),
    exports: await any('list_exports'),
    forms: await any('forms'),
    'form-versions': await any('form_versions', "state = 'draft'"),
    'form-library': await any('library_questions'),
    comments: await any('rubric_comments'),
  };
}

/** The pages that stand between two things, or where a key of a form follows. */
async function findPairs(
  world: WebWorld,
  ids: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const [version = ''] = [ids['form-versions']];
  const keys = await world.db.find<{ section: string; question: string }>(sql`
    select definition->'sections'->0->>'key' as section,
           definition->'sections'->0->'questions'->0->>'key' as question from form_versions where id = ${version}`);
  const draft = await world.db.find<{ id: string; section: string }>(sql`
    select a.id, v.definition->'sections'->0->>'key' as section from applications a
    join form_versions v on v.id = a.form_version_id where a.state = 'draft' order by a.id limit 1`);
  return {
    '/meetings/:id/rounds/:roundId': `/meetings/${ids['meetings']}/rounds/${ids['rounds']}`,
    '/rounds/:id/comments/:commentId': `/rounds/${ids['rounds']}/comments/${ids['comments']}`,
    '/pools/:id/costs/:costId/correct': `/pools/${ids['pools']}/costs/${ids['costs']}/correct`,
    '/form-versions/:id/sections/:key': `/form-versions/${version}/sections/${keys?.section}`,
    '/form-versions/:id/questions/:key': `/form-versions/${version}/questions/${keys?.question}`,
    '/form-versions/:id/keep': `/form-versions/${version}/keep?question=${keys?.question}`,
    '/applications/:id/sections/:key': `/applications/${draft?.id}/sections/${draft?.section}`,
    '/applications/:id/versions/:key': `/applications/${draft?.id}/versions/title`,
  };
}
