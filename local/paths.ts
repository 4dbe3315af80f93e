import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the local target keeps everything: `.local/` beside the project, or what `LAVLAY_LOCAL_DIR` names. */
export function localDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment["LAVLAY_LOCAL_DIR"];
  return named ? resolve(named) : fileURLToPath(new URL("../.local", import.meta.url));
}

/** The files and folders in it. */
export function localPaths(directory: string) {
  const under = (name: string) => join(directory, name);
  return {
    directory,
    /** The records of what was declared. */
    state: under("state.json"),
    /** The running daemon: its process, ports and the environment for the engine. */
    daemon: under("daemon.json"),
    lock: under("daemon.lock"),
    ports: under("ports.json"),
    tokens: under("tokens.json"),
    keys: under("keys.json"),
    postgres: under("postgres"),
    objects: under("objects"),
    functions: under("functions"),
    hosting: under("hosting"),
    log: under("log"),
    /** The engine's backend and home. */
    pulumi: under("pulumi"),
    pulumiHome: under("pulumi-home"),
  };
}
export type LocalPaths = ReturnType<typeof localPaths>;
