import { expect, test } from "vitest";
import { cursorAfter } from "./cursor.ts";

const post = (cursor: string) => ({ cursor });

test("a full page is followed by another one, which starts after its last post", () => {
  expect(cursorAfter([post("b"), post("a")], 2)).toBe("a");
});

test("a short or empty page is the last one", () => {
  expect(cursorAfter([post("a")], 2)).toBeUndefined();
  expect(cursorAfter([], 2)).toBeUndefined();
});
