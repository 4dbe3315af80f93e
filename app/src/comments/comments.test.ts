import { expect, test, vi } from "vitest";
import type { Comment } from "./comments.ts";

vi.mock("../api/supabase.ts", () => ({ supabase: {} }));
const { withComment, withoutComment } = await import("./comments.ts");

const comment = (id: string) => ({ id, content: id }) as Comment;
const comments = {
  pages: [[comment("c")], [comment("b"), comment("a")]],
  pageParams: [undefined, undefined],
};

test("a comment is the newest at once, and is gone when it could not be saved", () => {
  const added = withComment(comments, comment("d"));
  expect(added?.pages.flat().map(({ id }) => id)).toEqual(["d", "c", "b", "a"]);
  expect(withoutComment(added, "d")).toEqual(comments);
});

test("one that is there already is not there twice", () => {
  expect(
    withComment(comments, comment("a"))
      ?.pages.flat()
      .map(({ id }) => id),
  ).toEqual(["a", "c", "b"]);
});

test("comments that are not loaded yet stay so", () => {
  expect(withComment(undefined, comment("a"))).toBeUndefined();
});
