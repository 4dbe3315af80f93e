import { randomInt, randomUUID } from "node:crypto";
import type { Pool, PoolClient } from "pg";
import { AuthError } from "./errors.ts";
import type { AuthSettings } from "./settings.ts";
import { findUserById, type User } from "./users.ts";

export interface Session {
  id: string;
  user_id: string;
  created_at: Date;
}

/** A session and the refresh token that continues it. */
export interface Grant {
  user: User;
  session: Session;
  refreshToken: string;
}

interface RefreshToken {
  token: string;
  parent: string | null;
  revoked: boolean;
  updated_at: Date;
}

export type LogoutScope = "global" | "local" | "others";

const HOUR = 3_600_000;

/** Runs `work` in one transaction on one connection. */
export async function inTransaction<T>(pool: Pool, work: (db: PoolClient) => Promise<T>): Promise<T> {
  const db = await pool.connect();
  let broken = false;
  try {
    await db.query("begin");
    const result = await work(db);
    await db.query("commit");
    return result;
  } catch (error) {
    await db.query("rollback").catch(() => (broken = true));
    throw error;
  } finally {
    db.release(broken);
  }
}

/** Signs the user in: a new session with its first refresh token. */
export async function openSession(db: PoolClient, user: User): Promise<Grant> {
  const signedIn = await db.query<Pick<User, "last_sign_in_at">>(
    "update auth.users set last_sign_in_at = now() where id = $1 returning last_sign_in_at",
    [user.id],
  );
  const session = await db.query<Session>(
    `insert into auth.sessions (id, user_id, created_at, updated_at) values ($1, $2, now(), now())
     returning id, user_id, created_at`,
    [randomUUID(), user.id],
  );
  const refreshToken = await insertRefreshToken(db, session.rows[0]!, null);
  return { user: { ...user, ...signedIn.rows[0] }, session: session.rows[0]!, refreshToken };
}

/**
 * Exchanges a refresh token, by GoTrue's rules: a token is used once; using it again within the reuse interval is
 * forgiven; using the parent of the newest token returns the newest (the client never got it); anything else looks
 * like theft and ends the session's tokens. Requests with the same token wait for each other on the session's row.
 */
export async function refreshSession(
  pool: Pool,
  token: string,
  settings: AuthSettings,
  now: number,
): Promise<Grant> {
  const outcome = await inTransaction(pool, async (db): Promise<Grant | "stolen"> => {
    const session = await lockSessionOf(db, token);
    const presented = await findRefreshToken(db, "token = $1", token);
    const user = session && (await findUserById(db, session.user_id));
    if (!session || !presented || !user) {
      throw new AuthError(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found");
    }
    refuseEndedSession(session, presented, settings, now);

    if (!presented.revoked)
      return { user, session, refreshToken: await swap(db, session, presented, settings) };

    const active = await findRefreshToken(
      db,
      "session_id = $1 and not revoked order by created_at desc",
      session.id,
    );
    if (active?.parent === presented.token) return { user, session, refreshToken: active.token };

    const reusableUntil =
      presented.updated_at.getTime() + settings.security_refresh_token_reuse_interval * 1000;
    if (now <= reusableUntil)
      return { user, session, refreshToken: await swap(db, session, presented, settings) };

    if (settings.refresh_token_rotation_enabled) {
      await db.query(
        "update auth.refresh_tokens set revoked = true, updated_at = now() where session_id = $1 and not revoked",
        [session.id],
      );
    }
    // Not thrown in here: the revocation must be committed.
    return "stolen";
  });
  if (outcome !== "stolen") return outcome;
  throw new AuthError(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used");
}

export async function findSession(db: Pool, id: string): Promise<Session | undefined> {
  return (await db.query<Session>("select id, user_id, created_at from auth.sessions where id = $1", [id]))
    .rows[0];
}

/** Ends all sessions of the user, this one, or all others. Their refresh tokens go with them. */
export async function closeSessions(
  db: Pool | PoolClient,
  user: string,
  session: string | undefined,
  scope: LogoutScope,
): Promise<void> {
  if (scope === "global") await db.query("delete from auth.sessions where user_id = $1", [user]);
  else {
    const comparison = scope === "local" ? "=" : "is distinct from";
    await db.query(`delete from auth.sessions where user_id = $1 and id ${comparison} $2`, [
      user,
      session ?? null,
    ]);
  }
}

async function lockSessionOf(
  db: PoolClient,
  token: string,
): Promise<(Session & { not_after: Date | null }) | undefined> {
  const found = await db.query<Session & { not_after: Date | null }>(
    `select id, user_id, created_at, not_after from auth.sessions
     where id = (select session_id from auth.refresh_tokens where token = $1) for update`,
    [token],
  );
  return found.rows[0];
}

async function findRefreshToken(
  db: PoolClient,
  condition: string,
  value: string,
): Promise<RefreshToken | undefined> {
  const found = await db.query<RefreshToken>(
    `select token, parent, revoked, updated_at from auth.refresh_tokens where ${condition} limit 1`,
    [value],
  );
  return found.rows[0];
}

function refuseEndedSession(
  session: Session & { not_after: Date | null },
  presented: RefreshToken,
  settings: AuthSettings,
  now: number,
): void {
  const ends = [
    session.not_after?.getTime() ?? Infinity,
    settings.sessions_timebox ? session.created_at.getTime() + settings.sessions_timebox * HOUR : Infinity,
  ];
  if (now > Math.min(...ends))
    throw new AuthError(400, "session_expired", "Invalid Refresh Token: Session Expired");
  const idle = settings.sessions_inactivity_timeout * HOUR;
  if (idle && now > presented.updated_at.getTime() + idle) {
    throw new AuthError(400, "session_expired", "Invalid Refresh Token: Session Expired (Inactivity)");
  }
}

/** Retires the presented token for a new one; without rotation the same token stays. */
async function swap(
  db: PoolClient,
  session: Session,
  presented: RefreshToken,
  settings: AuthSettings,
): Promise<string> {
  await db.query("update auth.sessions set updated_at = now() where id = $1", [session.id]);
  if (!settings.refresh_token_rotation_enabled && !presented.revoked) return presented.token;
  await db.query("update auth.refresh_tokens set revoked = true, updated_at = now() where token = $1", [
    presented.token,
  ]);
  return insertRefreshToken(db, session, presented.token);
}

async function insertRefreshToken(db: PoolClient, session: Session, parent: string | null): Promise<string> {
  const token = newRefreshToken();
  await db.query(
    `insert into auth.refresh_tokens (token, user_id, session_id, parent, revoked, created_at, updated_at)
     values ($1, $2, $3, $4, false, clock_timestamp(), clock_timestamp())`,
    [token, session.user_id, session.id, parent],
  );
  return token;
}

/** GoTrue's shape: 12 of a-z and 0-9. */
function newRefreshToken(): string {
  const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  return Array.from({ length: 12 }, () => alphabet[randomInt(alphabet.length)]).join("");
}
