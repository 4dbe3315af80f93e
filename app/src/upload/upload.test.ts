import { expect, test } from "vitest";
import { refusalWords } from "./upload.ts";

test("the function's own words are passed on", () => {
  expect(refusalWords(413, { error: "The file is too large." })).toBe("The file is too large.");
});

test("a failure of the function can be looked up by its reference", () => {
  expect(refusalWords(502, { error: "Try again later.", requestId: "abc-123-def" })).toBe(
    "Try again later. (Reference: abc-123-def)",
  );
});

test.each([
  [401, {}, /session has ended/],
  [429, { error: "x" }, /Too many uploads/],
  [504, {}, /did not work/],
  [500, { error: { nested: true } }, /did not work/],
])("an answer %i that says nothing useful has words too", (status, answer, words) => {
  expect(refusalWords(status, answer)).toMatch(words);
});
