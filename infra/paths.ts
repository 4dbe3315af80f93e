import { resolve } from "node:path";

/** The project's root as an absolute path, for what the program reads itself. Never put into a resource. */
export const projectRoot = resolve(__dirname, "..");

/**
 * A path below the root as providers must see it: the engine runs them in the program's folder, `infra/`, and state
 * has to be the same on every machine.
 */
export function fromProgram(pathBelowRoot: string): string {
  return `../${pathBelowRoot}`;
}
