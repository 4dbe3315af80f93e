import { type InfiniteData, infiniteQueryOptions, type QueryClient } from "@tanstack/react-query";
import { cursorAfter } from "../api/cursor.ts";
import { supabase } from "../api/supabase.ts";
import type { Person } from "../ui/person.ts";
import { PAGE_SIZE } from "./page-size.ts";

/** A post as the database's feeds show it. */
export interface Post extends Person {
  id: string;
  user_id: string;
  content: string | null;
  media_url: string | null;
  /** `image` or `video`, or the full type such as `image/png`. */
  media_type: string | null;
  likes_count: number;
  comments_count: number;
  liked_by_me: boolean;
  /** ISO 8601. */
  created_at: string;
  /** Where the page after this post starts. */
  cursor: string;
}

export type Feed = InfiniteData<Post[], string | undefined>;

/** Everything that lists posts as one user sees them. */
export const postsKey = (userId: string) => ["posts", userId] as const;

function pages(userId: string, list: readonly string[], name: string, args: object = {}) {
  return infiniteQueryOptions({
    queryKey: [...postsKey(userId), ...list],
    queryFn: async ({ pageParam: cursor, signal }) => {
      // No cursor is null when it comes from what was kept.
      // A GET, so that a read replica may answer.
      const { data } = await supabase
        .rpc(name, { page_size: PAGE_SIZE, ...args, ...(cursor && { cursor }) }, { get: true })
        .abortSignal(signal)
        .throwOnError();
      return data as Post[];
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => cursorAfter(page, PAGE_SIZE),
  });
}

/** Everyone's posts as one user sees them, newest first, page by page. */
export const feedQuery = (userId: string) => pages(userId, ["feed"], "feed_page");

/** The posts of those whom the user follows. */
export const followingQuery = (userId: string) => pages(userId, ["following"], "following_page");

/** One author's posts. */
export const profilePostsQuery = (userId: string, author: string) =>
  pages(userId, ["profile", author], "profile_page", { author });

/** Fetches the newest posts anew; older pages are asked for again when they are scrolled to. */
export async function refreshPosts(client: QueryClient, userId: string): Promise<void> {
  const queryKey = postsKey(userId);
  await client.cancelQueries({ queryKey });
  client.setQueriesData<Feed>(
    { queryKey },
    (feed) => feed && { pages: feed.pages.slice(0, 1), pageParams: feed.pageParams.slice(0, 1) },
  );
  await client.invalidateQueries({ queryKey });
}

/** Changes a post in every list that shows it. */
export function changePost(
  client: QueryClient,
  userId: string,
  postId: string,
  change: (post: Post) => Post,
): void {
  client.setQueriesData<Feed>(
    { queryKey: postsKey(userId) },
    (feed) =>
      feed && {
        ...feed,
        pages: feed.pages.map((page) => page.map((post) => (post.id === postId ? change(post) : post))),
      },
  );
}
