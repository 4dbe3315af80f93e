import { useMutation, useQueryClient } from "@tanstack/react-query";
import { supabase } from "../api/supabase.ts";
import { changePost, type Post, postsKey } from "./feed.ts";

const ALREADY_THERE = "23505";

/** What can be liked, and what tells how often it was. */
export interface Likeable {
  likes_count: number;
  liked_by_me: boolean;
}

/** The same as it is once it is liked, or no more. */
export function withLike<Thing extends Likeable>(thing: Thing, like: boolean): Thing {
  if (thing.liked_by_me === like) return thing;
  return { ...thing, liked_by_me: like, likes_count: Math.max(0, thing.likes_count + (like ? 1 : -1)) };
}

/** Adds a row, such as a like, or removes it. One that is there already, as from another tab, is what was wanted. */
export async function setRow(table: string, row: Record<string, string>, there: boolean): Promise<void> {
  const { error } = there
    ? await supabase.from(table).insert(row)
    : await supabase.from(table).delete().match(row);
  if (error && error.code !== ALREADY_THERE) throw error;
}

/** Likes a post or takes that back: shown at once, undone if it cannot be saved. */
export function useLike(userId: string, post: Post) {
  const client = useQueryClient();
  const show = (like: boolean) => changePost(client, userId, post.id, (each) => withLike(each, like));
  return useMutation({
    // One after the other, so that quick taps end as the last one meant.
    scope: { id: `like ${post.id}` },
    mutationFn: (like: boolean) => setRow("likes", { user_id: userId, post_id: post.id }, like),
    onMutate: async (like) => {
      // A page that is under way would bring back the old state.
      await client.cancelQueries({ queryKey: postsKey(userId) });
      show(like);
    },
    onError: (_error, like) => show(!like),
  });
}
