import type { StackConfig } from "./schema.ts";

/** Of a credential that is exchanged: the one in use, and the one beside it while it is. */
export type Generations = StackConfig["rotation"]["r2"];

/** The numbers of all that are valid, the one in use first. */
export function validGenerations({ current, next, previous }: Generations): number[] {
  return [current, next, previous].filter((each) => each !== undefined);
}

/** Where the seed of a generation of functions' secrets stands: two places in turn, as no more than two are valid at once. */
export function seedKey(generation: number): "functionsSeedOdd" | "functionsSeedEven" {
  return generation % 2 === 1 ? "functionsSeedOdd" : "functionsSeedEven";
}
