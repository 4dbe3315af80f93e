import { parseArgs } from "node:util";
import { formatProblems, RefusedError } from "../../catalog/problem.ts";
import { redact } from "./connection.ts";
import { runMigrations, type RunResult } from "./run.ts";

const usage = `Applies SQL files to a Postgres database, each once and in the order of their versions.

Usage: DATABASE_URL=… node --import tsx infra/database/migrate.ts --dir FOLDER [--dir FOLDER]… [--leave FOLDER]…

  --dir FOLDER    holds files named <version>_<name>.sql; may be given several times
  --leave FOLDER  is not wanted, or no longer: what of it is applied and has a way down, <version>_<name>.down.sql, is
                  undone before anything is applied, the latest first; the rest stays. May be given several times
  --help          this text

A file of nothing but tables that are all there already is adopted: recorded without being run. Where tables, columns, types
or NOT NULL do not fit, everything is refused before anything runs, with the statements to run by hand.

DATABASE_URL is a connection that keeps its session: direct, or Supabase's session pooler.
Exit code: 0 all applied, 1 the database refused or could not be reached, 2 wrong use, wrong files or tables that do not fit.`;

async function main(): Promise<number> {
  const connectionString = process.env.DATABASE_URL ?? "";
  const say = (line: string) => console.log(redact(line, connectionString));
  const complain = (line: string) => console.error(redact(line, connectionString));
  let directories: string[];
  let leaving: string[];
  try {
    const { values } = parseArgs({
      options: {
        dir: { type: "string", multiple: true },
        leave: { type: "string", multiple: true },
        help: { type: "boolean" },
      },
    });
    if (values.help) {
      say(usage);
      return 0;
    }
    directories = values.dir ?? [];
    leaving = values.leave ?? [];
  } catch (error) {
    complain(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  const wrongUse = directories.length === 0 ? "--dir is missing" : checkUrl(connectionString);
  if (wrongUse) {
    complain(`${wrongUse}\n\n${usage}`);
    return 2;
  }
  try {
    const start = performance.now();
    const result = await runMigrations({ connectionString, directories, leaving, report: say });
    say(`${tally(result)} (${Math.round(performance.now() - start)} ms)`);
    return 0;
  } catch (error) {
    if (error instanceof RefusedError) {
      complain(`${error.subject} is refused, nothing was run:\n${formatProblems(error.problems)}`);
      return 2;
    }
    complain(describe(error));
    return 1;
  }
}

function tally({ left, adopted, applied, unchanged }: RunResult): string {
  return [
    ...(left > 0 ? [`${left} left`] : []),
    ...(adopted > 0 ? [`${adopted} adopted`] : []),
    `${applied} applied`,
    `${unchanged} in place already`,
  ].join(", ");
}

function checkUrl(connectionString: string): string | undefined {
  if (connectionString === "") return "DATABASE_URL is not set";
  const protocol = URL.canParse(connectionString) ? new URL(connectionString).protocol : "";
  if (protocol === "postgresql:" || protocol === "postgres:") return undefined;
  return "DATABASE_URL is not a URL such as postgresql://postgres:PASSWORD@HOST:5432/postgres";
}

/** Failures of every address that was tried come without a message of their own. */
function describe(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(describe).join("; ");
  return error instanceof Error ? error.message : String(error);
}

void main().then((code) => (process.exitCode = code));
