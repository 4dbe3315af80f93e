import { readFileSync } from "node:fs";
import { join } from "node:path";
import { x } from "tinyexec";
import { expect } from "vitest";
import type { Result } from "../checkout.ts";
import { parseRunbook, type Block } from "./parse-runbook.ts";

export interface RunbookOptions {
  /** Where it is followed: a checkout's root. */
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  /** What the operator fills in, in place of the examples that the runbook exports. */
  readonly fillIn: Readonly<Record<string, string>>;
}

export interface PlayOptions {
  /** How the block ends; default 0. */
  readonly exitCode?: number;
  /** What the operator types where a command asks. */
  readonly input?: string;
}

/** A runbook that is followed block by block, in its order: none can be left out, and none is changed. */
export interface Runbook {
  /** Fills in what is only known by now. */
  fill(name: string, value: string): void;
  /** Runs the next block as it stands. @param part of its text, so that it is the one that is meant */
  run(part: string, options?: PlayOptions): Promise<Result>;
  /** The next block's text, which is for another program than the shell. @param language such as `sql` */
  take(language: string, part: string): string;
  /** Nothing is left of it. */
  end(): void;
}

/** Opens a runbook of `docs/runbooks`. */
export function openRunbook(name: string, { root, environment, fillIn }: RunbookOptions): Runbook {
  const blocks = parseRunbook(readFileSync(join(root, "docs", "runbooks", name), "utf8")).blocks;
  const asked = new Set(blocks.flatMap(({ variables }) => variables));
  expect([...asked].sort(), `${name}: what is to be filled in`).toEqual(Object.keys(fillIn).sort());
  const filled = new Map(Object.entries(fillIn));
  let at = 0;

  const next = (language: string, part: string): Block => {
    // What only fills in has nothing to run.
    while (blocks[at]?.language === "sh" && blocks[at]?.commands === "") at++;
    const block = blocks[at++];
    const where = `${name}:${block?.line ?? "its end"}`;
    expect(block?.language, where).toBe(language);
    expect(block?.text, where).toContain(part);
    return block as Block;
  };

  return {
    fill: (name, value) => void filled.set(name, value),
    run: async (part, { exitCode = 0, input } = {}) => {
      const { commands, line } = next("sh", part);
      const result = await x("bash", ["-euo", "pipefail", "-c", commands], {
        nodeOptions: {
          cwd: root,
          env: { ...environment, ...Object.fromEntries(filled) },
          stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
        },
        ...(input !== undefined && { stdin: input }),
      });
      const said = `${name}:${line}\n${commands}\n${result.stdout}\n${result.stderr}`;
      expect(result.exitCode, said).toBe(exitCode);
      return result;
    },
    take: (language, part) => next(language, part).text,
    end: () => {
      const left = blocks.slice(at).filter(({ language, commands }) => language !== "sh" || commands !== "");
      expect(left.length, left.map(({ line, text }) => `not run: ${name}:${line} ${text}`).join("\n")).toBe(
        0,
      );
    },
  };
}
