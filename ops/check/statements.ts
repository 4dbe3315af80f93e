import pg from "pg";
import { asLibpq } from "../../infra/database/connection.ts";

/** What the database has counted of one statement since `since`. */
export interface Statement {
  /** Of its normalized text, role and database; the same between two checks. */
  readonly id: string;
  readonly query: string;
  readonly calls: number;
  /** Milliseconds of all calls. */
  readonly total: number;
  /** Of one call, milliseconds. */
  readonly max: number;
  /** Milliseconds since 1970. */
  readonly since: number;
}

const LIMIT_MS = 10_000;

/** Those that spent the most time; the others are not what anybody waits for. */
const MOST = 200;

/**
 * Who acts for people: what Postgres does for the data API and Auth. Migrations, schedules and an operator's own look at
 * the data run as other roles, and may take their time.
 */
const ROLES = ["anon", "authenticated", "service_role", "supabase_auth_admin"];

/** The extension is not in this database. */
export class NoStatistics extends Error {}

/** @throws NoStatistics, or the database's own error */
export async function readStatements(databaseUrl: string): Promise<Statement[]> {
  const client = new pg.Client({
    connectionString: asLibpq(databaseUrl),
    application_name: "lavlay check",
    connectionTimeoutMillis: LIMIT_MS,
    query_timeout: LIMIT_MS,
  });
  client.on("error", () => {}); // A lost connection makes the query fail, which is told.
  await client.connect();
  try {
    const { rows } = await client.query<{ schema: string }>(
      "select extnamespace::regnamespace::text as schema from pg_extension where extname = 'pg_stat_statements'",
    );
    if (!rows[0])
      throw new NoStatistics("the extension pg_stat_statements is not there: turn it on in the dashboard");
    const found = await client.query<Record<keyof Statement, string>>(
      // Before version 1.11 (Postgres 17) a statement's counters have no date of their own, only all of them have.
      `select concat_ws('/', s.queryid, r.rolname) as id, s.query, sum(s.calls) as calls,
         sum(s.total_exec_time) as total, max(s.max_exec_time) as max,
         extract(epoch from coalesce(min((to_jsonb(s) ->> 'stats_since')::timestamptz), min(i.stats_reset))) * 1000
           as since
       from ${rows[0].schema}.pg_stat_statements as s
       join pg_roles as r on r.oid = s.userid
       cross join ${rows[0].schema}.pg_stat_statements_info as i
       where r.rolname = any($1) and s.queryid is not null
         and s.dbid = (select oid from pg_database where datname = current_database())
       group by 1, 2 order by total desc limit ${MOST}`,
      [ROLES],
    );
    return found.rows.map(({ id, query, ...numbers }) => ({
      id,
      query,
      calls: Number(numbers.calls),
      total: Number(numbers.total),
      max: Number(numbers.max),
      since: Number(numbers.since),
    }));
  } finally {
    await client.end().catch(() => {});
  }
}
