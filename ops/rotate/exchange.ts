import { validGenerations, type Generations } from "../../infra/settings/generations.ts";
import { step } from "../steps.ts";
import { advanced, isApplied, isUnderWay, stageOf } from "./generations.ts";
import type { Rotated } from "./result.ts";
import type { Exchanged } from "./stack-file.ts";
import type { RotatedStack } from "./stack.ts";
import { wait } from "./wait.ts";

/** A credential of which two can be valid at once, so that it is exchanged without anybody being refused. */
export interface Credential {
  readonly name: Exchanged;
  /** Before a new one is announced: what it is made of. */
  prepare?(generation: number): Promise<void>;
  /** Resolves when whoever is asked accepts it. @throws Error after its limit */
  accepted(generation: number): Promise<void>;
  /** Seconds after a new one is valid until it may be used: until nobody is left who does not know it. */
  readonly secondsToBeKnown: number;
  /** Seconds after a new one is used until nobody uses the old one any more. */
  readonly secondsToBeForgotten: number;
  /** Remembers one that is about to go, to see afterwards that it is refused; undefined where it is gone already. */
  remember(generation: number): Promise<Remembered | undefined>;
}

export interface Remembered {
  /** Resolves when it is refused. @throws Error after its limit */
  readonly refused: () => Promise<void>;
}

const doing = {
  announced: "a new generation beside the old one",
  switched: "the new generation is used",
  settled: "the old generation is revoked",
} as const;

/**
 * New one first, then switch, then revoke; each written into the stack's YAML before it is applied. Interrupted anywhere,
 * it goes on from what is written and what was applied.
 * @param lastApplied what the last update to its end has applied
 * @param write into the stack's YAML
 */
export async function exchange(
  stack: Pick<RotatedStack, "settings" | "apply">,
  credential: Credential,
  lastApplied: Generations,
  write: (generations: Generations) => void,
): Promise<Rotated> {
  let written: Generations = stack.settings().rotation[credential.name];
  let applied = lastApplied;
  const resumed = isUnderWay(written, applied);
  let old = Math.min(...validGenerations(written), ...validGenerations(applied));
  let remembered: Remembered | undefined;
  const advance = () => {
    written = advanced(written);
    write(written);
  };

  if (!resumed) {
    await credential.prepare?.(written.current + 1);
    advance();
  }
  for (;;) {
    const stage = stageOf(written);
    if (stage === "switched") old = written.previous!;
    // Not to be had any more once it is revoked.
    if (stage !== "announced") remembered ??= await credential.remember(old);
    if (!isApplied(written, applied)) await stack.apply(doing[stage]);
    applied = written;
    if (stage === "settled") break;
    if (stage === "announced") {
      await step(`Generation ${written.next} is accepted`, () => credential.accepted(written.next!));
      await wait("until everybody knows it", credential.secondsToBeKnown);
    } else {
      await wait("until nobody uses the old one", credential.secondsToBeForgotten);
    }
    advance();
  }
  if (remembered) await step(`Generation ${old} is refused`, remembered.refused);
  await step(`Generation ${written.current} is accepted`, () => credential.accepted(written.current));
  return {
    from: old,
    to: written.current,
    resumed,
    oldRefused: remembered ? true : "it was revoked already",
  };
}
