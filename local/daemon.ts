import { rmSync } from "node:fs";
import { formatWithOptions } from "node:util";
import { startLocalTarget, type LocalTarget } from "./local-target.ts";
import { lockFor } from "./lock.ts";
import { localDirectory, localPaths } from "./paths.ts";
import { writeAtomically } from "./state/store.ts";

/** The daemon: the one long-lived process that is the local target of the folder given. Started by `ensureDaemon`. */
const paths = localPaths(process.argv[2] ?? localDirectory());

function log(line: string): void {
  console.log(`${new Date().toISOString()} ${line}`);
}

async function main(): Promise<void> {
  await lockFor(paths.lock);
  rmSync(paths.daemon, { force: true });
  const starting = startLocalTarget(paths, log);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    log("stopping");
    // What is half started could not be put away; that it did not start is told below.
    starting.then(end, () => {});
  };
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, stop);
  // Whoever started it ended before it was ready: nobody waits for it any more.
  process.once("disconnect", stop);

  const target = await starting;
  if (stopping) return;
  process.off("disconnect", stop);
  writeAtomically(paths.daemon, JSON.stringify({ pid: process.pid, ...target.info }, undefined, 2));
  log(`ready: process ${process.pid}`);
  if (!process.connected) return;
  process.send?.({ ready: true });
  process.disconnect();
}

async function end(target: LocalTarget): Promise<void> {
  rmSync(paths.daemon, { force: true });
  await target.close().catch((error: Error) => log(error.message));
  process.exit(0);
}

main().catch((error: unknown) => {
  log(formatWithOptions({ depth: 4 }, "failed: %o", error));
  if (process.connected) process.send?.({ error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
});
