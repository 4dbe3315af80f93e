import { createHash } from "node:crypto";
import type { Pool, PoolClient } from "pg";
import { ApiError } from "./errors.ts";
import type { Answer } from "./sql/answer.ts";
import { join, parameter, sql, type Fragment } from "./sql/fragment.ts";

/** Shapes of statements that are prepared once for each connection; later shapes are planned at each use. */
const MAXIMUM_PREPARED = 500;

/** What Postgres is told of the request. */
export interface RequestContext {
  readonly role: string;
  /** `set_config` names and values: `request.jwt.claims`, `search_path` and so on. */
  readonly settings: Readonly<Record<string, string>>;
  readonly readOnly: boolean;
}

/** Runs statements of requests, each request in a transaction of its own. */
export class Executor {
  readonly #prepared = new Map<string, string>();

  constructor(private readonly pool: Pool) {}

  /**
   * Begins, takes on the role and its settings, runs `work` and commits, or rolls back when `work` throws. A connection whose state is unclear is thrown away.
   */
  async run<T>(context: RequestContext, work: (statements: Statements) => Promise<T>): Promise<T> {
    const db = await this.pool.connect().catch((error: unknown) => {
      throw new ApiError(
        503,
        "PGRST000",
        "Database connection error. Retrying the connection.",
        String(error),
      );
    });
    let broken: Error | undefined;
    try {
      await db.query(
        context.readOnly
          ? "begin isolation level read committed read only"
          : "begin isolation level read committed",
      );
      await db.query(this.#named(contextSql(context)));
      const result = await work({
        answer: (statement) => this.#one<Answer>(db, statement),
        plannedRows: async (statement) =>
          plannedRows(await this.#one(db, sql`explain (format json) ${statement}`)),
      });
      await db.query("commit");
      return result;
    } catch (error) {
      await db.query("rollback").catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      db.release(broken);
    }
  }

  async #one<T>(db: PoolClient, statement: Fragment): Promise<T> {
    return (await db.query(this.#named(statement))).rows[0] as T;
  }

  #named(statement: Fragment): { name?: string; text: string; values: unknown[] } {
    const { text, values } = statement.render();
    let name = this.#prepared.get(text);
    if (name === undefined && this.#prepared.size < MAXIMUM_PREPARED) {
      name = createHash("sha1").update(text).digest("base64url");
      this.#prepared.set(text, name);
    }
    return { name, text, values };
  }
}

/** What a request may do inside its transaction. */
export interface Statements {
  answer(statement: Fragment): Promise<Answer>;
  /** The planner's estimate of a statement's rows. */
  plannedRows(statement: Fragment): Promise<number>;
}

/** The role comes first: what follows must already be allowed to it. */
function contextSql({ role, settings }: RequestContext): Fragment {
  const all = [["role", role], ...Object.entries(settings)] as const;
  return sql`select ${join(
    all.map(([name, value]) => sql`set_config(${parameter(name)}, ${parameter(value)}, true)`),
    ", ",
  )}`;
}

function plannedRows(row: Record<string, unknown>): number {
  const plan = row["QUERY PLAN"] as [{ Plan: { "Plan Rows": number } }];
  return plan[0].Plan["Plan Rows"];
}
