import { isDeepStrictEqual } from "node:util";
import type { Generations } from "../../infra/settings/generations.ts";

/** How far an exchange is: nothing to do; both valid and the old one used; both valid and the new one used. */
export type Stage = "settled" | "announced" | "switched";

export function stageOf({ next, previous }: Generations): Stage {
  return next !== undefined ? "announced" : previous !== undefined ? "switched" : "settled";
}

/** One stage further; from the last one an exchange begins anew. */
export function advanced(generations: Generations): Generations {
  const { current, next } = generations;
  switch (stageOf(generations)) {
    case "settled":
      return { current, next: current + 1 };
    case "announced":
      return { current: next ?? current + 1, previous: current };
    case "switched":
      return { current };
  }
}

/** Whether what is written was applied to its end. */
export function isApplied(written: Generations, applied: Generations): boolean {
  return isDeepStrictEqual(plain(written), plain(applied));
}

/** Whether an earlier run has begun what it has not finished. */
export function isUnderWay(written: Generations, applied: Generations): boolean {
  return stageOf(written) !== "settled" || !isApplied(written, applied);
}

/** Without what is absent. */
function plain({ current, next, previous }: Generations): Generations {
  return {
    current,
    ...(next !== undefined && { next }),
    ...(previous !== undefined && { previous }),
  };
}
