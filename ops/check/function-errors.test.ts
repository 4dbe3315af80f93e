import { expect, test } from "vitest";
import { measureFunctionErrors, sayFunctions } from "./function-errors.ts";

const called = (slug: string, calls: number, errors: number) => ({
  slug,
  calls,
  errors,
  p95Milliseconds: 120,
});

test("the share is of all calls, and the function with most errors is named", () => {
  expect(sayFunctions([called("send-email", 20, 5), called("upload-media", 80, 0)])).toEqual({
    now: 5,
    culprit: "send-email: 5 of 20 calls failed, p95 120 ms",
  });
});

test("a few calls are no rate, and neither are none", () => {
  expect(sayFunctions([called("upload-media", 19, 19)]).unmeasured).toMatch(
    /^too few calls .* 19 in 24 hours/,
  );
  expect(sayFunctions([]).unmeasured).toMatch(/: 0 in 24 hours/);
});

test("without a token it is told which is missing", async () => {
  expect(await measureFunctionErrors(undefined, "ref")).toEqual({
    unmeasured: "SUPABASE_ACCESS_TOKEN is not set",
  });
});
