import { type InfiniteData, infiniteQueryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { type Dated, lastOf, olderThan } from "../api/cursor.ts";
import { supabase } from "../api/supabase.ts";
import { setRow, withLike } from "../feed/likes.ts";
import type { Person } from "../ui/person.ts";

const PAGE_SIZE = 5;

export interface Reel {
  id: string;
  caption: string | null;
  media_url: string;
  likes_count: number;
  liked_by_me: boolean;
  /** ISO 8601. */
  created_at: string;
  author: Person;
}

type Row = Omit<Reel, "liked_by_me"> & { liked: object[] };
type Reels = InfiniteData<Reel[], Dated | undefined>;

const COLUMNS = `id, caption, media_url, likes_count, created_at,
  author:users!reels_user_id_fkey(username, full_name, avatar_url), liked:reel_likes(user_id)`;

/** Everyone's reels as one user sees them, newest first, page by page. */
export function reelsQuery(userId: string) {
  return infiniteQueryOptions({
    queryKey: ["reels", userId],
    queryFn: async ({ pageParam: before, signal }) => {
      const reels = supabase
        .from("reels")
        .select(COLUMNS)
        .eq("liked.user_id", userId)
        // An author's row-level security also shows what the author deleted.
        .is("deleted_at", null);
      const { data } = await (before ? reels.or(olderThan(before)) : reels)
        .order("created_at", { ascending: false })
        .order("id", { ascending: false })
        .limit(PAGE_SIZE)
        .abortSignal(signal)
        .throwOnError();
      return (data as unknown as Row[]).map(({ liked, ...reel }): Reel => ({
        ...reel,
        liked_by_me: liked.length > 0,
      }));
    },
    initialPageParam: undefined as Dated | undefined,
    getNextPageParam: (page): Dated | undefined => lastOf(page, PAGE_SIZE),
  });
}

/** Likes a reel or takes that back: shown at once, undone if it cannot be saved. */
export function useReelLike(userId: string, { id }: Reel) {
  const client = useQueryClient();
  const { queryKey } = reelsQuery(userId);
  const show = (like: boolean) =>
    client.setQueryData<Reels>(
      queryKey,
      (reels) =>
        reels && {
          ...reels,
          pages: reels.pages.map((page) =>
            page.map((each) => (each.id === id ? withLike(each, like) : each)),
          ),
        },
    );
  return useMutation({
    scope: { id: `like reel ${id}` },
    mutationFn: (like: boolean) => setRow("reel_likes", { user_id: userId, reel_id: id }, like),
    onMutate: async (like) => {
      await client.cancelQueries({ queryKey });
      show(like);
    },
    onError: (_error, like) => show(!like),
  });
}
