/**
 * actorName: what the one behind an actor's key is called today. History and trail keep the key alone, so that a name
 * stands in one place, is right after it was changed, and is gone when the person is forgotten.
 */
import { rawSql, type Sql } from '../database/sql.js';

/** `column` is a column of ours that holds actors' keys, such as `s.actor`. */
export function actorName(column: string): Sql {
  return rawSql(`case when ${column} like 'person:%'
    then coalesce((select named.name from persons named where named.id = substr(${column}, 8)::uuid), ${column})
    else 'Granary, ' || replace(replace(${column}, 'system:', ''), '-', ' ') end`);
}

/** The same in a program, for what is not a person: `system:file-scanner` is "Granary, file scanner". */
export const systemName = (actor: string): string => `Granary, ${actor.replaceAll('system:', '').replaceAll('-', ' ')}`;
