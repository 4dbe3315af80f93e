import { type InfiniteData, infiniteQueryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { type Dated, lastOf, olderThan } from "../api/cursor.ts";
import { supabase } from "../api/supabase.ts";
import { changePost, type Post } from "../feed/feed.ts";
import type { Person } from "../ui/person.ts";

const PAGE_SIZE = 10;

export interface Comment {
  id: string;
  content: string;
  /** ISO 8601. */
  created_at: string;
  author: Person & { id: string };
}

type Comments = InfiniteData<Comment[], Dated | undefined>;

/** A post's comments, newest first, page by page. */
export function commentsQuery(postId: string) {
  return infiniteQueryOptions({
    queryKey: ["comments", postId],
    queryFn: async ({ pageParam: before, signal }) => {
      const comments = supabase
        .from("comments")
        .select(
          "id, content, created_at, author:users!comments_user_id_fkey(id, username, full_name, avatar_url)",
        )
        .eq("post_id", postId);
      const { data } = await (before ? comments.or(olderThan(before)) : comments)
        .order("created_at", { ascending: false })
        .order("id", { ascending: false })
        .limit(PAGE_SIZE)
        .abortSignal(signal)
        .throwOnError();
      return data as unknown as Comment[];
    },
    initialPageParam: undefined as Dated | undefined,
    getNextPageParam: (page): Dated | undefined => lastOf(page, PAGE_SIZE),
    // A conversation: whoever opens it wants what was said last.
    staleTime: 0,
  });
}

/** The comments with one more, as the newest. */
export function withComment(comments: Comments | undefined, comment: Comment): Comments | undefined {
  if (!comments) return comments;
  const [first = [], ...rest] = withoutComment(comments, comment.id)!.pages;
  return { ...comments, pages: [[comment, ...first], ...rest] };
}

export function withoutComment(comments: Comments | undefined, id: string): Comments | undefined {
  return (
    comments && { ...comments, pages: comments.pages.map((page) => page.filter((each) => each.id !== id)) }
  );
}

const ALREADY_THERE = "23505";

/** Adds and removes comments: shown at once, undone if it cannot be saved. */
export function useComments(userId: string, post: Post) {
  const client = useQueryClient();
  const { queryKey } = commentsQuery(post.id);

  async function show(change: (comments: Comments | undefined) => Comments | undefined, by: 1 | -1) {
    await client.cancelQueries({ queryKey });
    client.setQueryData<Comments>(queryKey, change);
    changePost(client, userId, post.id, (each) => ({
      ...each,
      comments_count: Math.max(0, each.comments_count + by),
    }));
  }

  const add = useMutation({
    mutationFn: async ({ id, content }: Comment) => {
      const { error } = await supabase
        .from("comments")
        .insert({ id, content, post_id: post.id, user_id: userId });
      if (error && error.code !== ALREADY_THERE) throw error;
    },
    onMutate: (comment) => show((comments) => withComment(comments, comment), 1),
    onError: (_error, { id }) => show((comments) => withoutComment(comments, id), -1),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });

  const remove = useMutation({
    mutationFn: async ({ id }: Comment) => {
      await supabase.from("comments").delete().eq("id", id).throwOnError();
    },
    onMutate: ({ id }) => show((comments) => withoutComment(comments, id), -1),
    onError: (_error, comment) => show((comments) => withComment(comments, comment), 1),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });

  return { add, remove };
}
