/**
 * actorName: what the one behind an actor's key is called today. History and trail keep the key alone, so that a name
 * stands in one place, is right after it was changed, and is gone when the person is forgotten.
 */
import { rawSql, type Sql } from '../database/sql.js';

/**
 * `column` is a column of ours that holds actors' keys, such as `s.actor`. With a column that says for whom it was done, as
 * `s.acting_for`: "Ana Approver, for Ben Officer".
 */
export function actorName(column: string, actingFor?: string): Sql {
  const name = `case when ${column} like 'person:%'
    then coalesce((select named.name from persons named where named.id = substr(${column}, 8)::uuid), ${column})
    else 'Granary, ' || replace(replace(${column}, 'system:', ''), '-', ' ') end`;
  return rawSql(actingFor === undefined ? name : `(${name}) || ${forWhom(actingFor)}`);
}

const forWhom = (column: string): string =>
  `coalesce((select ', for ' || lender.name from persons lender where lender.id = ${column}), '')`;

/**
 * A name as it stands beside a step, such as who approved: with for whom, where it was done by delegation. All three are
 * our own text: an expression for the name, the step as `disbursement.approve_program`, and a column with the thing's id.
 */
export function nameOfStep(name: string, step: string, id: string): Sql {
  const [type, action] = step.split('.');
  return rawSql(`${name} || coalesce((select ${forWhom('taken.acting_for')} from lifecycle_steps taken
    where taken.subject_type = '${type}' and taken.action = '${action}' and taken.subject_id = ${id}
    order by taken.id desc limit 1), '')`);
}

/** The same in a program, for what is not a person: `system:file-scanner` is "Granary, file scanner". */
export const systemName = (actor: string): string => `Granary, ${actor.replaceAll('system:', '').replaceAll('-', ' ')}`;
