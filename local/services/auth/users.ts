import { randomUUID } from "node:crypto";
import pg from "pg";
import type { Pool, PoolClient } from "pg";
import { AuthError } from "./errors.ts";

/** A row of `auth.users`, as far as the local target keeps it. */
export interface User {
  id: string;
  /** Null for an anonymous user. */
  email: string | null;
  encrypted_password: string | null;
  email_confirmed_at: Date | null;
  confirmation_sent_at: Date | null;
  recovery_sent_at: Date | null;
  last_sign_in_at: Date | null;
  raw_app_meta_data: Record<string, unknown> | null;
  raw_user_meta_data: Record<string, unknown> | null;
  created_at: Date;
  updated_at: Date;
}

/** Of which a one-time token is kept, by the names of the columns that it lies in. */
export type MessageKind = "confirmation" | "recovery";

export interface NewUser {
  id?: string;
  email?: string;
  /** Whether the address is taken for the user's own at once. */
  confirmed?: boolean;
  passwordHash?: string;
  userMetadata?: Record<string, unknown>;
  appMetadata?: Record<string, unknown>;
}

/** What may change; a key of the metadata that is null is removed. */
export interface UserChange {
  email?: string;
  passwordHash?: string;
  userMetadata?: Record<string, unknown>;
  appMetadata?: Record<string, unknown>;
}

const UNIQUE_VIOLATION = "23505";
const columns = `id, email, encrypted_password, email_confirmed_at, confirmation_sent_at, recovery_sent_at,
  last_sign_in_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at`;

export async function findUserById(db: Pool | PoolClient, id: string): Promise<User | undefined> {
  return (await db.query<User>(`select ${columns} from auth.users where id = $1`, [id])).rows[0];
}

export async function findUserByEmail(db: Pool | PoolClient, email: string): Promise<User | undefined> {
  return (await db.query<User>(`select ${columns} from auth.users where email = $1`, [email])).rows[0];
}

export async function listUsers(
  db: Pool,
  page: number,
  perPage: number,
): Promise<{ users: User[]; total: number }> {
  const found = await db.query<User & { total: string }>(
    `select ${columns}, count(*) over () as total from auth.users order by created_at desc, id limit $1 offset $2`,
    [perPage, (page - 1) * perPage],
  );
  return { users: found.rows, total: Number(found.rows[0]?.total ?? 0) };
}

/** The user with that one-time token, locked: of two who show it at once, one finds it used. */
export async function findUserByToken(
  db: PoolClient,
  kind: MessageKind,
  hash: string,
): Promise<User | undefined> {
  if (hash === "") return undefined;
  const found = await db.query<User>(
    `select ${columns} from auth.users where ${kind}_token = $1 for no key update`,
    [hash],
  );
  return found.rows[0];
}

/** Keeps the hash of a one-time token, or none any more (`""`). */
export async function keepToken(
  db: PoolClient,
  id: string,
  kind: MessageKind,
  hash: string,
  sentAt: Date | null,
): Promise<User> {
  const updated = await db.query<User>(
    `update auth.users set ${kind}_token = $2, ${kind}_sent_at = $3, updated_at = now() where id = $1 returning ${columns}`,
    [id, hash, sentAt],
  );
  return updated.rows[0]!;
}

export async function confirmUser(db: PoolClient, id: string): Promise<User> {
  const updated = await db.query<User>(
    `update auth.users set email_confirmed_at = now(), updated_at = now() where id = $1 returning ${columns}`,
    [id],
  );
  return updated.rows[0]!;
}

/** Creates a user, and confirms it with a statement of its own, as GoTrue does: the project's triggers see both. */
export async function createUser(db: PoolClient, user: NewUser): Promise<User> {
  const provider = user.email ? { provider: "email", providers: ["email"] } : {};
  try {
    const created = await db.query<User>(
      `insert into auth.users (id, aud, role, email, is_anonymous, encrypted_password, raw_app_meta_data,
         raw_user_meta_data, created_at, updated_at)
       values ($1, 'authenticated', 'authenticated', $2::text, $2::text is null, $3, $4, $5, now(), now())
       returning ${columns}`,
      [
        user.id ?? randomUUID(),
        user.email ?? null,
        user.passwordHash ?? null,
        { ...provider, ...user.appMetadata },
        user.userMetadata ?? {},
      ],
    );
    const made = created.rows[0]!;
    return user.email && user.confirmed ? await confirmUser(db, made.id) : made;
  } catch (error) {
    if (isEmailTaken(error)) throw new AuthError(422, "user_already_exists", "User already registered");
    if (error instanceof pg.DatabaseError) {
      // Usually a trigger of the project's own: Auth hides the reason from the client as GoTrue does.
      throw new AuthError(500, "unexpected_failure", "Database error saving new user");
    }
    throw error;
  }
}

export async function updateUser(db: Pool | PoolClient, id: string, change: UserChange): Promise<User> {
  try {
    const updated = await db.query<User>(
      `update auth.users set
         email = coalesce($2::text, email),
         email_confirmed_at = case when $2::text is null then email_confirmed_at else now() end,
         encrypted_password = coalesce($3, encrypted_password),
         raw_user_meta_data = (select coalesce(jsonb_object_agg(key, value), '{}')
           from jsonb_each(coalesce(raw_user_meta_data, '{}') || $4) where value <> 'null'),
         raw_app_meta_data = (select coalesce(jsonb_object_agg(key, value), '{}')
           from jsonb_each(coalesce(raw_app_meta_data, '{}') || $5) where value <> 'null'),
         updated_at = now()
       where id = $1 returning ${columns}`,
      [
        id,
        change.email ?? null,
        change.passwordHash ?? null,
        change.userMetadata ?? {},
        change.appMetadata ?? {},
      ],
    );
    const user = updated.rows[0];
    if (!user) throw new AuthError(404, "user_not_found", "User not found");
    return user;
  } catch (error) {
    if (!isEmailTaken(error)) throw error;
    throw new AuthError(422, "email_exists", "A user with this email address has already been registered");
  }
}

/** False when there was no such user. Sessions go with it. */
export async function deleteUser(db: Pool, id: string): Promise<boolean> {
  return ((await db.query("delete from auth.users where id = $1", [id])).rowCount ?? 0) > 0;
}

/** The user as clients see it. */
export function publicUser(user: User): Record<string, unknown> {
  const appMetadata = user.raw_app_meta_data ?? {};
  return {
    id: user.id,
    aud: "authenticated",
    role: "authenticated",
    email: user.email ?? "",
    ...(user.email_confirmed_at && {
      email_confirmed_at: user.email_confirmed_at,
      confirmed_at: user.email_confirmed_at,
    }),
    phone: "",
    ...(user.confirmation_sent_at && { confirmation_sent_at: user.confirmation_sent_at }),
    ...(user.recovery_sent_at && { recovery_sent_at: user.recovery_sent_at }),
    ...(user.last_sign_in_at && { last_sign_in_at: user.last_sign_in_at }),
    app_metadata: appMetadata,
    user_metadata: user.raw_user_meta_data ?? {},
    identities: user.email ? [emailIdentity(user)] : [],
    created_at: user.created_at,
    updated_at: user.updated_at,
    is_anonymous: user.email === null,
  };
}

function emailIdentity(user: User): Record<string, unknown> {
  return {
    identity_id: user.id,
    id: user.id,
    user_id: user.id,
    identity_data: {
      email: user.email,
      email_verified: user.email_confirmed_at !== null,
      phone_verified: false,
      sub: user.id,
    },
    provider: "email",
    last_sign_in_at: user.last_sign_in_at,
    created_at: user.created_at,
    updated_at: user.updated_at,
    email: user.email,
  };
}

function isEmailTaken(error: unknown): boolean {
  return (
    error instanceof pg.DatabaseError &&
    error.code === UNIQUE_VIOLATION &&
    error.table === "users" &&
    error.schema === "auth"
  );
}
