import { type InfiniteData, type QueryClient, infiniteQueryOptions } from "@tanstack/react-query";
import { supabase } from "../supabase.ts";
import { type Cursor, cursorAfter, olderThan } from "./cursor.ts";

const PAGE_SIZE = 10;

export interface Post {
  id: string;
  content: string | null;
  media_url: string | null;
  /** `image` or `video`, or the full type such as `image/png`. */
  media_type: string | null;
  likes_count: number;
  comments_count: number;
  /** ISO 8601. */
  created_at: string;
  author: { username: string; full_name: string | null; avatar_url: string | null };
  likedByMe: boolean;
}

type PostRow = Omit<Post, "likedByMe"> & { likes: { user_id: string }[] };
export type Feed = InfiniteData<Post[], Cursor | undefined>;

// The foreign key is named, because posts and users are also tied by who likes what.
const columns = `id, content, media_url, media_type, likes_count, comments_count, created_at,
  author:users!posts_user_id_fkey(username, full_name, avatar_url), likes(user_id)`.replace(/\s+/g, "");

async function fetchPage(userId: string, after: Cursor | undefined, signal: AbortSignal): Promise<Post[]> {
  let query = supabase.from("posts").select(columns).is("deleted_at", null).eq("likes.user_id", userId);
  // The plain condition bounds the index scan; the other one settles posts of the same moment.
  if (after) query = query.lte("created_at", after.createdAt).or(olderThan(after));
  const { data } = await query
    .order("created_at", { ascending: false })
    .order("id", { ascending: false })
    .limit(PAGE_SIZE)
    .abortSignal(signal)
    .overrideTypes<PostRow[], { merge: false }>()
    .throwOnError();
  return data.map(({ likes, ...post }) => ({ ...post, likedByMe: likes.length > 0 }));
}

/** The feed as one user sees it, newest first, page by page. */
export function feedQuery(userId: string) {
  return infiniteQueryOptions({
    queryKey: ["feed", userId],
    queryFn: ({ pageParam, signal }) => fetchPage(userId, pageParam, signal),
    initialPageParam: undefined as Cursor | undefined,
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
