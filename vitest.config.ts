import { defineConfig } from "vitest/config";

const MINUTE_MS = 60_000;
const END_TO_END = "**/*.e2e.test.{ts,tsx}";
/** A busy machine makes no test fail: what is waited for is asked for again, until long after it is there. */
const poll = { interval: 20, timeout: 30_000 };
const NEVER = ["**/node_modules/**", "**/.local/**", "**/.build/**", "**/dist/**"];

/** Unit tests side by side, then the end-to-end tests one file after the other: each of those needs the machine. */
export default defineConfig({
  test: {
    reporters: ["default", "./testing/reporter.ts"],
    globalSetup: "./testing/run-folder.ts",
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.{ts,tsx}"],
          exclude: [...NEVER, END_TO_END],
          sequence: { groupOrder: 0 },
          testTimeout: MINUTE_MS,
          hookTimeout: 2 * MINUTE_MS,
          expect: { poll },
        },
      },
      {
        test: {
          name: "e2e",
          include: [END_TO_END],
          exclude: NEVER,
          sequence: { groupOrder: 1 },
          maxWorkers: 1,
          testTimeout: 3 * MINUTE_MS,
          hookTimeout: 5 * MINUTE_MS,
          expect: { poll },
        },
      },
    ],
  },
});
