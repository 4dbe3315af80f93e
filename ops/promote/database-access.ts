import type { Problem } from "../../catalog/problem.ts";

/** The database's connection string, or what has to be given to have it. */
export type DatabaseAccess = { readonly url: string } | { readonly problem: Problem };

/**
 * The database of a stack in the clouds, by the environment alone: a connection string on a command line would be in the
 * shell's history and in the list of processes.
 */
export function databaseFromEnvironment(stack: string, env: NodeJS.ProcessEnv = process.env): DatabaseAccess {
  const url = env["DATABASE_URL"];
  if (url) return { url };
  return {
    problem: {
      key: "DATABASE_URL",
      value: "(not set)",
      limit: "what waits in the job queue and how large the database is have to be known before a way down",
      fix: `Give the connection string by the environment: export DATABASE_URL="$(pulumi stack output databaseUrl --show-secrets -s ${stack})"`,
    },
  };
}
