import { expect, it } from "vitest";
import { quotaAnswer } from "./quota.ts";

it.each([
  [79, 0, "ok"],
  [80, 0, "warn"],
  [78, 2, "warn"],
  [98, 2, "warn"],
  [100, 0, "warn"],
  [99, 2, "fail"],
])("%i and %i more of 100: %s", (used, coming, verdict) => {
  const answer = quotaAnswer({ of: "things", used, coming, limit: 100, plan: "a plan", fix: "Have less." });
  expect(answer.verdict).toBe(verdict);
  expect(answer.fix).toBe(verdict === "ok" ? undefined : "Have less.");
});
