import { expect, test } from "vitest";
import { cursorAfter, olderThan } from "./cursor.ts";

const post = (id: string) => ({ id, created_at: "2026-01-01T10:00:00.123456+00:00" });

test("a full page is followed by another one, which starts after its last post", () => {
  expect(cursorAfter([post("b"), post("a")], 2)).toEqual({
    createdAt: "2026-01-01T10:00:00.123456+00:00",
    id: "a",
  });
});

test("a short or empty page is the last one", () => {
  expect(cursorAfter([post("a")], 2)).toBeUndefined();
  expect(cursorAfter([], 2)).toBeUndefined();
});

test("the condition quotes its values, because a timestamp holds reserved characters", () => {
  expect(olderThan({ createdAt: "2026-01-01T10:00:00+00:00", id: "a" })).toBe(
    'created_at.lt."2026-01-01T10:00:00+00:00",and(created_at.eq."2026-01-01T10:00:00+00:00",id.lt."a")',
  );
});
