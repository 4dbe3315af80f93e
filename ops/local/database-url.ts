import { x } from "tinyexec";
import { ensureEngine } from "../../engine/engine.ts";
import { localDirectory } from "../../local/paths.ts";
import { runningDaemon } from "../../local/process.ts";
import { databaseFromEnvironment, type DatabaseAccess } from "../promote/database-access.ts";
import { LOCAL_STACK, pulumiEnvironment } from "../pulumi.ts";
import { projectRoot } from "../root.ts";

/** The database of a stack: the running local target's, or the one that the environment names. */
export async function databaseOf(stack: string): Promise<DatabaseAccess> {
  if (stack !== LOCAL_STACK) return databaseFromEnvironment(stack);
  // Asked first: what is not running needs no engine.
  if (!runningDaemon(localDirectory())) return unreachable("not running");
  try {
    return { url: await localDatabaseUrl() };
  } catch (error) {
    return unreachable((error as Error).message);
  }
}

/** As whoever may read the stack gets it. */
async function localDatabaseUrl(): Promise<string> {
  const engine = await ensureEngine();
  // Without a configuration file: a plan must not give the stand-ins other vendors' plans.
  const env = await pulumiEnvironment({ stack: LOCAL_STACK, engine, configFile: "" });
  const args = ["stack", "output", "databaseUrl", "--show-secrets", "--stack", LOCAL_STACK];
  const { exitCode, stdout, stderr } = await x(engine.pulumi, [...args, "--non-interactive"], {
    nodeOptions: { cwd: projectRoot, env },
  });
  if (exitCode !== 0) throw new Error(stderr.trim());
  return stdout.trim();
}

function unreachable(reason: string): DatabaseAccess {
  return {
    problem: {
      key: "local target",
      value: reason,
      limit: "what waits in the job queue and how large the database is have to be known before a way down",
      fix: "Apply the stack with `npm start`, then try again while it runs.",
    },
  };
}
