import { readFileSync } from "node:fs";
import { relative } from "node:path";
import pg from "pg";
import { findBinaries } from "../../local/services/postgres/binaries.ts";
import { installPacked } from "../../local/services/postgres/extensions.ts";
import { parseTap, type TapTest } from "./tap.ts";

/** pgTAP is for tests alone: it is in the database only as long as the script's transaction, which is rolled back. */
const prologue = `
  begin;
  create schema tap;
  create extension pgtap schema tap;
  grant usage on schema tap to public;
  set local search_path = public, extensions, tap;
  set local session authorization postgres;`;

/**
 * Runs a script of pgTAP tests as `postgres`, the project's owner, and leaves the database as it was.
 * @param superuserUrl of the database; the extension needs a superuser's rights, the tests must not have them
 * @throws Error naming file and line when a statement outside an assertion fails, or the plan is not fulfilled
 */
export async function runPgTap(superuserUrl: string, file: string): Promise<TapTest[]> {
  await installPacked(findBinaries().extensions, "pgtap");
  const text = readFileSync(file, "utf8");
  const label = relative(process.cwd(), file);
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query(prologue);
    const output = await client
      .query<string[]>({ text, rowMode: "array" })
      .catch((error: pg.DatabaseError) => {
        // Only of what stands in the script itself is the place known.
        const line = error.position && `:${text.slice(0, Number(error.position)).split("\n").length}`;
        throw new Error(`${label}${line ?? ""}: ${error.message}`, { cause: error });
      });
    // Of several statements `pg` gives several results, which its types do not say.
    const results = [output].flat() as pg.QueryArrayResult<string[]>[];
    return parseTap(results.flatMap(({ rows }) => rows.flat()).join("\n"));
  } catch (error) {
    const message = (error as Error).message;
    throw message.startsWith(label) ? error : new Error(`${label}: ${message}`, { cause: error });
  } finally {
    await client.end();
  }
}
