import { QueryClient } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import type { Feed, Post } from "./feed.ts";

vi.mock("../api/supabase.ts", () => ({ supabase: {} }));
const { changePost, feedQuery, followingQuery } = await import("./feed.ts");
const { withLike } = await import("./likes.ts");

const post = { id: "a", likes_count: 3, liked_by_me: false } as Post;
const feed: Feed = { pages: [[{ ...post, id: "b" }], [post]], pageParams: [undefined, "b"] };

test("a like is seen in every list of that person, and in nobody else's", () => {
  const client = new QueryClient();
  for (const { queryKey } of [feedQuery("ada"), followingQuery("ada"), feedQuery("grace")]) {
    client.setQueryData(queryKey as readonly string[], feed);
  }
  changePost(client, "ada", "a", (each) => withLike(each, true));
  const liked = { ...post, likes_count: 4, liked_by_me: true };
  expect(client.getQueryData(feedQuery("ada").queryKey)?.pages).toEqual([feed.pages[0], [liked]]);
  expect(client.getQueryData(followingQuery("ada").queryKey)?.pages[1]).toEqual([liked]);
  expect(client.getQueryData(feedQuery("grace").queryKey)).toEqual(feed);
});

test("liking twice counts once, and a count is never below nothing", () => {
  const liked = withLike(post, true);
  expect(withLike(liked, true)).toBe(liked);
  expect(withLike({ ...liked, likes_count: 0 }, false).likes_count).toBe(0);
});
