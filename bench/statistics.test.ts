import { expect, it } from "vitest";
import { formatTiming, summarize, timeInTurn } from "./statistics.ts";

it("takes the middle of an odd number, and between the two middle ones of an even number", () => {
  expect(summarize([3, 1, 2])).toEqual({ runs: 3, min: 1, median: 2, max: 3 });
  expect(summarize([4, 1, 2, 3])).toEqual({ runs: 4, min: 1, median: 2.5, max: 4 });
});

it("times in turn, without the first round", async () => {
  const order: string[] = [];
  const timings = await timeInTurn(2, { a: async () => order.push("a"), b: async () => order.push("b") });
  expect(order.join("")).toBe("ababab");
  expect(timings.a.runs).toBe(2);
});

it("prints seconds with their spread", () => {
  expect(formatTiming(summarize([1000, 2000, 3000]))).toBe("2.00 s (1.00-3.00, 3 runs)");
});
