import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { x } from "tinyexec";
import { ensureEngine } from "../engine/engine.ts";
import { stopDaemon } from "../local/process.ts";
import { optionOf, pulumiEnvironment } from "../ops/pulumi.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A copy of the project's files with a local target of its own, so that a test may change and break what it likes. */
export interface Checkout {
  /** The copy's root. */
  readonly root: string;
  /** Its local target's folder. */
  readonly local: string;
  /** Runs a verb of the package, such as `["start", "--detach"]`. */
  lavlay(args: string[]): Promise<Result>;
  /** Runs the Pulumi CLI on the stack `local`. */
  pulumi(args: string[]): Promise<Result>;
  /** Stops what runs and removes the copy. */
  remove(): Promise<void>;
}

export interface Result {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export function checkOut(): Checkout {
  const copy = mkdtempSync(join(tmpdir(), "lavlay-checkout-"));
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    cwd: root,
    encoding: "utf8",
  });
  // One that was deleted and not committed is listed still.
  for (const file of files.split("\0").filter((name) => name !== "" && existsSync(join(root, name)))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file), { errorOnExist: false });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  const local = join(copy, ".local");
  const env = { ...process.env, LAVLAY_LOCAL_DIR: local };
  return {
    root: copy,
    local,
    lavlay: async (args) =>
      x(process.execPath, ["--import", "tsx", join(copy, "ops", "cli.ts"), ...args], {
        nodeOptions: { cwd: copy, env },
      }),
    pulumi: async (args) => {
      const engine = await ensureEngine();
      const configFile = optionOf(args, "--config-file") ?? join(copy, "Pulumi.local.yaml");
      const nodeOptions = {
        cwd: copy,
        env: await pulumiEnvironment({ stack: "local", engine, localDirectory: local, configFile }),
      };
      return x(engine.pulumi, [...args, "--stack", "local", "--non-interactive", "--color", "never"], {
        nodeOptions,
      });
    },
    remove: async () => {
      await stopDaemon(local);
      rmSync(copy, { recursive: true, force: true });
    },
  };
}
