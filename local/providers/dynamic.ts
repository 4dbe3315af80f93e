import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The engine's name of the plugin for dynamic resources. */
export const dynamicPlugin = "pulumi-nodejs";

/**
 * Starts the server for dynamic resources. Their code finds the credentials in the environment given here.
 * @throws Error when it ends before it listens
 */
export async function serveDynamicResources(
  environment: Readonly<Record<string, string>>,
  log: (line: string) => void,
): Promise<{ port: number; close: () => void }> {
  // The server wants an engine's address to log to; the engine gives its own when it attaches.
  const host = spawn(
    process.execPath,
    [fileURLToPath(new URL("dynamic-host.mjs", import.meta.url)), "127.0.0.1:0"],
    {
      env: { ...process.env, ...environment },
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
  createInterface({ input: host.stderr }).on("line", (line) => log(`dynamic resources: ${line}`));
  const port = await Promise.race([
    once(createInterface({ input: host.stdout }), "line").then(([line]) => Number(line)),
    once(host, "exit").then(() => undefined),
  ]);
  if (port === undefined) throw new Error("The server for dynamic resources ended before it listened.");
  return { port, close: () => host.kill() };
}
