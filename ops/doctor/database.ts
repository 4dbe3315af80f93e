import { join } from "node:path";
import { isRefusal } from "../../catalog/problem.ts";
import { sessionConnection } from "../../infra/backend/backend.ts";
import { compareDatabase } from "../../infra/database/compare.ts";
import { redact } from "../../infra/database/connection.ts";
import { foldersWithout } from "../../infra/database/folders.ts";
import { projectRoot } from "../root.ts";
import { about, CannotTell, fail, ok, type Answer, type Check } from "./finding.ts";
import type { Subject } from "./subject.ts";
import { projectOf } from "./supabase/project.ts";

const CONNECT_LIMIT_MS = 10_000;
const wrongPassword = "28P01";

/** Whether the SQL can be applied to the database that is there. */
export const databaseChecks: readonly Check<Subject>[] = [
  {
    area: "Database",
    what: "SQL",
    run: async (subject): Promise<Answer | readonly Answer[]> => {
      const { settings } = subject;
      const url = await connectionOf(subject);
      if (!url) return ok("there is no database yet: all of it will be applied");
      const folders = (names: readonly string[]) => names.map((name) => join(projectRoot, "sql", name));
      try {
        const { pending, adopted, undone } = await compareDatabase({
          connectionString: url,
          directories: folders(settings.database.sql),
          leaving: folders(foldersWithout(settings.database.sql)),
          connectLimitMs: CONNECT_LIMIT_MS,
        });
        const parts = [
          `${pending - adopted} files to apply`,
          ...(adopted > 0 ? [`${adopted} to adopt, as their tables are there`] : []),
          ...(undone > 0 ? [`${undone} to undo`] : []),
        ];
        return ok(pending + undone === 0 ? "all of it is applied" : parts.join(", "));
      } catch (error) {
        if (isRefusal(error)) {
          return error.problems.map(({ key, value, limit, fix }) =>
            about(`SQL: ${key}`, fail(`${value}, but ${limit}`, fix)),
          );
        }
        if ((error as { code?: string }).code === wrongPassword) return refusedPassword(subject);
        throw new CannotTell(
          `the database cannot be asked: ${redact((error as Error).message, url) || "it does not answer"}`,
        );
      }
    },
  },
];

/** By the pooler, with the password of the configuration; undefined where there is no project. */
async function connectionOf(subject: Subject): Promise<string | undefined> {
  const { settings, supabase, engine } = subject;
  const project = await projectOf(subject);
  if (!project) return undefined;
  if (project.status !== "ACTIVE_HEALTHY") throw new CannotTell(`the project is ${project.status}`);
  const password = (await engine.config())?.["lavlay:databasePassword"];
  if (!password) throw new CannotTell("the stack's lavlay:databasePassword cannot be read yet");
  const { client } = await supabase.token.alive();
  const poolers = await client.call<
    readonly { readonly database_type?: string; readonly connection_string?: string }[]
  >(`/v1/projects/${project.id}/config/database/pooler`);
  const pooler = poolers.find(({ database_type: type }) => type === "PRIMARY") ?? poolers[0];
  if (!pooler?.connection_string) throw new CannotTell("Supabase tells no address of the project's pooler");
  return sessionConnection({ transaction: pooler.connection_string }, password, settings.endpoints);
}

function refusedPassword({ stack }: Subject): Answer {
  return about(
    "database password",
    fail(
      "the database refuses lavlay:databasePassword",
      `Give the stack the database's own: pulumi config set --secret lavlay:databasePassword -s ${stack}; or reset it in Supabase's dashboard under Database, Settings.`,
    ),
  );
}
