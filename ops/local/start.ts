import { setTimeout as delay } from "node:timers/promises";
import pc from "picocolors";
import { ensureEngine } from "../../engine/engine.ts";
import { localDirectory } from "../../local/paths.ts";
import { ensureDaemon, runningDaemon, stopDaemon, type DaemonInfo } from "../../local/process.ts";
import { step } from "../steps.ts";
import { applyLocalStack } from "./apply.ts";

export interface StartOptions {
  /** Print the addresses as JSON. */
  json: boolean;
  /** End when everything runs, and leave it running. */
  detach: boolean;
}

/** `npm start`: engine, local target, `pulumi up`, the addresses; then stays until Ctrl-C or until it is stopped. */
export async function start({ json, detach }: StartOptions): Promise<void> {
  const directory = localDirectory();
  const engine = await step("Pulumi engine", async (progress) => {
    const engine = await ensureEngine({ progress });
    progress(`${engine.version}, ${engine.source === "path" ? "found on PATH" : engine.source}`);
    return engine;
  });
  const { info, started } = await step("Local target", async (progress) => {
    const daemon = await ensureDaemon(directory);
    progress(daemon.started ? `process ${daemon.info.pid}` : `already running, process ${daemon.info.pid}`);
    return daemon;
  });
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => interruption.abort());
  const outputs = await applyLocalStack(engine, directory, interruption.signal).catch(
    async (error: unknown) => {
      // A Ctrl-C ends the engine, which finishes what it has begun; the daemon goes last. A failed start leaves none.
      if (started) await stopDaemon(directory);
      throw interruption.signal.aborted
        ? new Error("Interrupted. `npm start` takes the work up again.")
        : error;
    },
  );
  console.log(
    json ? JSON.stringify(addresses(info, outputs), undefined, 2) : printAddresses(addresses(info, outputs)),
  );
  if (detach || !started) {
    if (!detach) console.error(pc.dim("Another `npm start` keeps it running. `npm run stop` stops it."));
    return;
  }
  console.error(pc.dim("Running until Ctrl-C. All data is kept for the next start."));
  await ended(directory, interruption.signal);
  await step("Stopping", async () => stopDaemon(directory));
}

interface Addresses {
  app: string;
  api: string;
  media: string;
  postgres: string;
  publishableKey: string;
}

function addresses({ ports }: DaemonInfo, outputs: Record<string, unknown>): Addresses {
  return {
    app: String(outputs["app"]),
    api: String(outputs["api"]),
    media: String(outputs["media"]),
    // Whoever may read the stack gets the password with `npm run pulumi -- stack output databaseUrl --show-secrets`.
    postgres: `postgresql://postgres@127.0.0.1:${ports.postgres}/postgres`,
    publishableKey: String(outputs["publishableKey"]),
  };
}

function printAddresses(addresses: Addresses): string {
  const rows = [
    ["Web app", pc.bold(addresses.app)],
    ["API", addresses.api],
    ["Media", addresses.media],
    ["Postgres", addresses.postgres],
    ["Key", addresses.publishableKey],
  ];
  return ["", ...rows.map(([name = "", value = ""]) => `  ${name.padEnd(9)} ${value}`), ""].join("\n");
}

/** Resolves when this start is interrupted, or the daemon is no more: `npm run stop` in another terminal, or killed. */
async function ended(directory: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && runningDaemon(directory)) await delay(500, undefined, { signal }).catch(() => {}); // Interrupted.
}
