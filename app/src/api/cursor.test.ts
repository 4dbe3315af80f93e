import { expect, test } from "vitest";
import { cursorAfter, lastOf, olderThan } from "./cursor.ts";

const post = (cursor: string) => ({ cursor });

test("a full page is followed by another one, which starts after its last post", () => {
  expect(cursorAfter([post("b"), post("a")], 2)).toBe("a");
});

test("a short or empty page is the last one", () => {
  expect(cursorAfter([post("a")], 2)).toBeUndefined();
  expect(cursorAfter([], 2)).toBeUndefined();
});

test("a list of a table goes on after the last row of a full page", () => {
  expect(lastOf(["b", "a"], 2)).toBe("a");
  expect(lastOf(["b"], 2)).toBeUndefined();
  expect(olderThan({ id: "x", created_at: "2026-03-10T12:00:00+00:00" })).toBe(
    'created_at.lt."2026-03-10T12:00:00+00:00",and(created_at.eq."2026-03-10T12:00:00+00:00",id.lt."x")',
  );
});
