import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Generations } from "../../infra/settings/generations.ts";
import { testSettings } from "../../infra/settings/testing.ts";
import { projectRoot } from "../root.ts";
import { exchange, type Credential } from "./exchange.ts";
import { advanced, isUnderWay } from "./generations.ts";
import { signedAddressSeconds } from "./r2.ts";
import { withGenerations } from "./stack-file.ts";

beforeEach(() => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});

/** A stack whose YAML, state and vendor are kept in memory, and which breaks off at one of its steps. */
function standIn(breakAt = Infinity) {
  let written: Generations = { current: 1 };
  let applied: Generations = { current: 1 };
  const seeds = new Set([1]);
  const done: string[] = [];
  let steps = 0;
  const broken = () => {
    if (++steps === breakAt) throw new Error("killed");
  };
  const valid = () => [applied.current, applied.next, applied.previous].filter((each) => each !== undefined);
  const must = (holds: boolean, what: string) => {
    if (!holds) throw new Error(`never may: ${what}`);
  };
  const stack = {
    settings: () => testSettings({ rotation: { r2: written } }),
    apply: async () => {
      broken();
      must(
        [written.current, written.next, written.previous].every(
          (each) => each === undefined || seeds.has(each),
        ),
        "apply what was never made",
      );
      must(
        written.current === applied.current || applied.next === written.current,
        "use what was not announced",
      );
      must(valid().length < 2 || valid().includes(written.current), "revoke the one in use");
      applied = written;
      done.push(`apply ${JSON.stringify(written)}`);
      // Or the engine has done it all, and its starter is no more.
      broken();
    },
  };
  const credential: Credential = {
    name: "r2",
    secondsToBeKnown: 0,
    secondsToBeForgotten: 0,
    prepare: async (generation) => {
      broken();
      seeds.add(generation);
    },
    accepted: async (generation) => {
      broken();
      must(valid().includes(generation), "go on with what is not accepted");
    },
    remember: async (generation) => ({
      refused: async () => {
        broken();
        must(!valid().includes(generation), "end while the old one is accepted");
        done.push(`refused ${generation}`);
      },
    }),
  };
  const write = (generations: Generations) => {
    broken();
    written = generations;
  };
  return {
    done,
    run: () => exchange(stack, credential, applied, write),
    isSettled: () => !isUnderWay(written, applied),
    generation: () => applied.current,
    steps: () => steps,
  };
}

describe("an exchange", () => {
  it("makes the new one, uses it, and then revokes the old one", async () => {
    const stack = standIn();
    expect(await stack.run()).toEqual({ from: 1, to: 2, resumed: false, oldRefused: true });
    expect(stack.done).toEqual([
      'apply {"current":1,"next":2}',
      'apply {"current":2,"previous":1}',
      'apply {"current":2}',
      "refused 1",
    ]);
  });

  const whole = standIn();
  it("broken off anywhere is finished by the next run", async () => {
    await whole.run();
    for (let at = 1; at <= whole.steps(); at++) {
      const stack = standIn(at);
      await expect(stack.run(), `step ${at}`).rejects.toThrow("killed");
      const begun = !stack.isSettled();
      const { to, resumed } = await stack.run();
      expect(resumed, `step ${at}`).toBe(begun);
      expect(stack.isSettled()).toBe(true);
      // What had come to its end but for the last look is not taken up: the next run is a new exchange.
      expect(stack.generation()).toBe(to);
      expect([2, 3]).toContain(to);
    }
  });
});

describe("the stages", () => {
  it("come one after the other, and begin anew", () => {
    const stages = [{ current: 4 }, { current: 4, next: 5 }, { current: 5, previous: 4 }, { current: 5 }];
    for (const [index, stage] of stages.slice(0, -1).entries())
      expect(advanced(stage)).toEqual(stages[index + 1]);
  });

  it("that are none are refused in the YAML", () => {
    for (const r2 of [
      { current: 2, next: 4 },
      { current: 2, previous: 2 },
      { current: 2, next: 3, previous: 1 },
    ])
      expect(() => testSettings({ rotation: { r2 } })).toThrow(/lavlay:rotation\.r2.*never both/);
  });

  it("are written into the YAML beside its comments", () => {
    const text = "# mine\nconfig:\n  lavlay:tier: free # for now\n";
    const announced = withGenerations(text, "r2", { current: 1, next: 2 });
    expect(announced).toBe(`${text}  lavlay:rotation:\n    r2:\n      current: 1\n      next: 2\n`);
    const switched = withGenerations(announced, "r2", { current: 2, previous: 1 });
    expect(switched).toBe(`${text}  lavlay:rotation:\n    r2:\n      current: 2\n      previous: 1\n`);
    expect(withGenerations(switched, "r2", { current: 2 })).toBe(
      `${text}  lavlay:rotation:\n    r2:\n      current: 2\n`,
    );
  });

  it("want the seed that they are derived from", () => {
    const rotation = { functionSecrets: { current: 2 } };
    expect(() => testSettings({ rotation })).toThrow(/lavlay:functionsSeedEven: \(missing\)/);
    const secrets = ["lavlay:databasePassword", "lavlay:functionsSeedEven"];
    expect(testSettings({ rotation, functionsSeedEven: "0123456789abcdef" }, secrets).rotation).toEqual({
      r2: { current: 1 },
      functionSecrets: { current: 2 },
    });
  });
});

it("the overlap is as long as an address may be valid that the upload function has signed", () => {
  const source = readFileSync(`${projectRoot}/functions/upload-media/presigned.ts`, "utf8");
  const [, minutes = ""] = /const secondsToSend = (\d+) \* 60;/.exec(source) ?? [];
  expect(Number(minutes) * 60).toBe(signedAddressSeconds);
});
