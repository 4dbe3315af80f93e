import { useMutation, useQueryClient } from "@tanstack/react-query";
import { supabase } from "../supabase.ts";
import { type Feed, feedQuery, type Post } from "./feed.ts";

const ALREADY_THERE = "23505";

async function saveLike(userId: string, postId: string, like: boolean): Promise<void> {
  const likes = supabase.from("likes");
  const { error } = like
    ? await likes.insert({ user_id: userId, post_id: postId })
    : await likes.delete().eq("user_id", userId).eq("post_id", postId);
  // Liked in another tab: that is what was wanted.
  if (error && error.code !== ALREADY_THERE) throw error;
}

/** The post as it is once it is liked, or no more. */
export function withLike(post: Post, like: boolean): Post {
  if (post.liked_by_me === like) return post;
  return { ...post, liked_by_me: like, likes_count: Math.max(0, post.likes_count + (like ? 1 : -1)) };
}

/** Likes a post or takes that back: shown at once, undone if it cannot be saved. */
export function useLike(userId: string, post: Post) {
  const client = useQueryClient();
  const { queryKey } = feedQuery(userId);

  function show(like: boolean) {
    client.setQueryData<Feed>(
      queryKey,
      (feed) =>
        feed && {
          ...feed,
          pages: feed.pages.map((page) =>
            page.map((each) => (each.id === post.id ? withLike(each, like) : each)),
          ),
        },
    );
  }

  return useMutation({
    // One after the other, so that quick taps end as the last one meant.
    scope: { id: `like ${post.id}` },
    mutationFn: (like: boolean) => saveLike(userId, post.id, like),
    onMutate: async (like) => {
      // A page that is under way would bring back the old state.
      await client.cancelQueries({ queryKey });
      show(like);
    },
    onError: (_error, like) => show(!like),
  });
}
