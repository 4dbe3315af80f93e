import { type InfiniteData, type QueryClient, infiniteQueryOptions } from "@tanstack/react-query";
import { supabase } from "../supabase.ts";
import { cursorAfter } from "./cursor.ts";

const PAGE_SIZE = 10;

/** A post as the database's feeds show it. */
export interface Post {
  id: string;
  content: string | null;
  media_url: string | null;
  /** `image` or `video`, or the full type such as `image/png`. */
  media_type: string | null;
  likes_count: number;
  comments_count: number;
  liked_by_me: boolean;
  /** ISO 8601. */
  created_at: string;
  username: string;
  full_name: string | null;
  avatar_url: string | null;
  /** Where the page after this post starts. */
  cursor: string;
}

export type Feed = InfiniteData<Post[], string | undefined>;

async function fetchPage(cursor: string | undefined, signal: AbortSignal): Promise<Post[]> {
  // A GET, so that a read replica may answer.
  const { data } = await supabase
    .rpc("feed_page", { page_size: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) }, { get: true })
    .abortSignal(signal)
    .throwOnError();
  return data as Post[];
}

/** The feed as one user sees it, newest first, page by page. */
export function feedQuery(userId: string) {
  return infiniteQueryOptions({
    queryKey: ["feed", userId],
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => cursorAfter(page, PAGE_SIZE),
  });
}

/** Fetches the newest posts anew; older pages are asked for again when they are scrolled to. */
export async function refreshFeed(client: QueryClient, userId: string): Promise<void> {
  const { queryKey } = feedQuery(userId);
  await client.cancelQueries({ queryKey });
  client.setQueryData<Feed>(
    queryKey,
    (feed) => feed && { pages: feed.pages.slice(0, 1), pageParams: feed.pageParams.slice(0, 1) },
  );
  await client.invalidateQueries({ queryKey });
}
