import { describe } from "vitest";

declare module "vitest" {
  interface TaskMeta {
    /** Why a group of tests is skipped, for the report at the end. */
    skipReason?: string;
  }
}

/**
 * A `describe` that needs something this machine may lack: with a reason, its tests and hooks do not run and the report
 * at the end counts them and names the reason. A single test says so itself: `context.skip("reason")`.
 */
export function describeUnless(reason: string | undefined, name: string, body: () => void): void {
  if (reason === undefined) describe(name, body);
  else describe.skip(name, { meta: { skipReason: reason } }, body);
}
