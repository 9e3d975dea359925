/** sessionStore: sessions in PostgreSQL, where one that was ended stays ended. */
import connectPgSimple from 'connect-pg-simple';
import expressSession from 'express-session';
import type pg from 'pg';

declare module 'express-session' {
  interface SessionData {
    /** Set when the session was first written; from then on it is only updated. */
    stored?: true;
  }
}

/** As long as a cookie lives. */
export const SESSION_HOURS = 12;

const UPDATE = `update web_sessions
  set sess = $2::json, expire = coalesce($3::timestamptz, now() + make_interval(secs => $4)) where sid = $1`;

type SetArguments = Parameters<expressSession.Store['set']>;

/**
 * The library's store writes by upsert, so a page still in flight while somebody signs out would bring the ended
 * session back. Here a session that was stored before is updated where it still is, and otherwise left gone.
 */
export function sessionStore(pool: pg.Pool): expressSession.Store {
  const Library = connectPgSimple(expressSession);
  class SessionStore extends Library {
    override set(...[id, session, callback]: SetArguments): void {
      if (session.stored !== true) {
        session.stored = true;
        super.set(id, session, callback);
        return;
      }
      const { expires, originalMaxAge } = session.cookie;
      const values = [id, JSON.stringify(session), expires ?? null, (originalMaxAge ?? 0) / 1000];
      pool.query(UPDATE, values).then(
        () => callback?.(),
        (error: unknown) => callback?.(error),
      );
    }
  }
  return new SessionStore({ pool, tableName: 'web_sessions', pruneSessionInterval: false });
}
