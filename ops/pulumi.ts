import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { RefusedError } from "../catalog/problem.ts";
import { ensureEngine, type Engine } from "../engine/engine.ts";
import { localDirectory, localPaths } from "../local/paths.ts";
import { runningDaemon } from "../local/process.ts";
import { runInForeground } from "./foreground.mjs";
import { matchVendorPlans } from "./local/vendor-plans.ts";

/** The stack whose state, secrets and providers are on this machine. */
export const LOCAL_STACK = "local";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The commands that read or change one stack. Without a stack named, the CLI would take the one last selected. */
const NEEDS_STACK = new Set(
  "preview pre up update refresh destroy import watch cancel state config".split(" "),
);

export interface PulumiEnvironmentOptions {
  /** Name of the stack; undefined for commands that need none. */
  stack: string | undefined;
  engine: Pick<Engine, "directory">;
  /** State folder of the local target. Default: see `localDirectory`. */
  localDirectory?: string;
  /** The stack's YAML, where it is not the one beside `Pulumi.yaml`: what `--config-file` names. */
  configFile?: string;
  /** Default: this process's environment. */
  env?: NodeJS.ProcessEnv;
}

export interface RunPulumiOptions extends Partial<Omit<PulumiEnvironmentOptions, "stack">> {
  engine?: Engine;
  /** Is told how getting the engine goes on. */
  progress?: (line: string) => void;
}

/**
 * Runs the `pulumi` CLI in this terminal, in the repository's root, with everything set for the stack that `args` name,
 * and resolves to its exit code.
 * @throws RefusedError when no stack is named where one is needed, or the local target does not run.
 */
export async function runPulumi(args: readonly string[], options: RunPulumiOptions = {}): Promise<number> {
  const stack = stackOf(args, options.env);
  const command = args.find((argument) => !argument.startsWith("-"));
  const asksHelp = args.some((argument) => argument === "--help" || argument === "-h");
  if (!stack && !asksHelp && command && NEEDS_STACK.has(command)) throw noStack(command);

  const engine = options.engine ?? (await ensureEngine({ progress: options.progress, env: options.env }));
  const configFile = optionOf(args, "--config-file");
  const env = await pulumiEnvironment({
    ...options,
    engine,
    stack: asksHelp ? undefined : stack,
    ...(configFile && { configFile }),
  });
  return runInForeground(engine.pulumi, args, { cwd: ROOT, env });
}

/**
 * The environment of a `pulumi` command. A cloud stack gets the engine on PATH and nothing else: login, secrets and
 * credentials are the user's. The stack `local` gets a backend, a home and a passphrase of its own under the local
 * target's folder, and the stand-in providers, whatever the user is logged in to.
 * @throws RefusedError when the stack is `local` and the local target does not run.
 */
export async function pulumiEnvironment(options: PulumiEnvironmentOptions): Promise<NodeJS.ProcessEnv> {
  const { stack, engine, env = process.env } = options;
  const base = { ...env, PATH: [engine.directory, env.PATH].filter(Boolean).join(delimiter) };
  if (stack !== LOCAL_STACK) return base;

  const directory = options.localDirectory ?? localDirectory(env);
  const daemon = runningDaemon(directory);
  if (!daemon) throw notRunning(directory);
  const configFile = options.configFile ?? join(ROOT, `Pulumi.${LOCAL_STACK}.yaml`);
  // A file that is not there is the CLI's to tell.
  if (existsSync(configFile)) await matchVendorPlans(daemon, readFileSync(configFile, "utf8"));
  const { pulumi: backend, pulumiHome } = localPaths(directory);
  await mkdir(backend, { recursive: true });
  return {
    ...base,
    ...daemon.environment,
    PULUMI_BACKEND_URL: fileBackend(backend),
    PULUMI_HOME: pulumiHome,
    // The secrets of this stack are made up on this machine, for this machine.
    PULUMI_CONFIG_PASSPHRASE: "local",
    PULUMI_DEBUG_PROVIDERS: Object.entries(daemon.providers)
      .map(([provider, port]) => `${provider}:${port}`)
      .join(","),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "1",
  };
}

/**
 * The address of a backend in a folder. Without metadata the engine writes each file whole and renames it into place;
 * with it, a second file is written in place beside each, and an engine killed just then leaves it empty: from then on
 * every command ends with "failed to load checkpoint: EOF".
 */
export function fileBackend(folder: string): string {
  return `file://${folder}?metadata=skip`;
}

/** The value of an option, as `--name value` or `--name=value`. */
export function optionOf(args: readonly string[], name: string): string | undefined {
  const at = args.findIndex((argument) => argument === name || argument.startsWith(`${name}=`));
  return at < 0 ? undefined : args[at] === name ? args[at + 1] : args[at]?.slice(name.length + 1);
}

/** The stack that a command line names by `-s` or `--stack`, else `PULUMI_STACK`. */
export function stackOf(args: readonly string[], env: NodeJS.ProcessEnv = process.env): string | undefined {
  for (const [i, argument] of args.entries()) {
    if (argument === "--") break;
    if (argument === "-s" || argument === "--stack") return args[i + 1];
    const attached = /^(?:--stack=|-s=?)(.+)$/.exec(argument)?.[1];
    if (attached) return attached;
  }
  return env.PULUMI_STACK || undefined;
}

function noStack(command: string): RefusedError {
  return new RefusedError(`pulumi ${command}`, [
    {
      key: "--stack",
      value: "not given",
      limit: "this command reads or changes one stack",
      fix: `Name it: npm run pulumi -- ${command} -s local`,
    },
  ]);
}

function notRunning(directory: string): RefusedError {
  return new RefusedError(`Stack ${LOCAL_STACK}`, [
    {
      key: "local target",
      value: `not running in ${directory}`,
      limit: "its providers are what this stack is applied to",
      fix: "Start it with npm start",
    },
  ]);
}
