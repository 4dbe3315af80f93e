import { defineConfig } from "vitest/config";

const MINUTE_MS = 60_000;
const END_TO_END = "**/*.e2e.test.{ts,tsx}";
const NEVER = ["**/node_modules/**", "**/.local/**", "**/.build/**", "**/dist/**"];

/** Unit tests side by side, then the end-to-end tests one file after the other: each of those needs the machine. */
export default defineConfig({
  test: {
    reporters: ["default", "./testing/reporter.ts"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.{ts,tsx}"],
          exclude: [...NEVER, END_TO_END],
          sequence: { groupOrder: 0 },
          // A busy machine makes no test fail: what waits, polls with a limit of its own.
          testTimeout: 20_000,
          hookTimeout: 30_000,
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
        },
      },
    ],
  },
});
