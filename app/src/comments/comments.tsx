import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useUserId } from "../auth/user.ts";
import type { Post } from "../feed/feed.ts";
import { meQuery } from "../profile/profile.ts";
import { Ago } from "../ui/ago.tsx";
import { nameOf } from "../ui/person.ts";
import { PersonLine } from "../ui/person-line.tsx";
import { CommentForm } from "./comment-form.tsx";
import { commentsQuery, useComments } from "./comments.ts";

/** What was said about a post, newest first, and the place to say something. */
export default function Comments({ post }: { post: Post }) {
  const userId = useUserId();
  const { data: me } = useQuery(meQuery(userId));
  const list = useInfiniteQuery(commentsQuery(post.id));
  const { add, remove } = useComments(userId, post);
  const comments = list.data?.pages.flat() ?? [];
  return (
    <section className="comments" aria-label={`Comments on the post by ${nameOf(post)}`}>
      {me && <CommentForm author={me} add={add} />}
      {list.isPending && <p className="comments-state">Loading comments…</p>}
      {list.isError && (
        <p className="comments-state" role="alert">
          The comments could not be loaded.{" "}
          <button type="button" className="link" onClick={() => list.refetch()}>
            Try again
          </button>
        </p>
      )}
      <span role="alert" className="action-problem">
        {remove.isError && "The comment could not be removed."}
      </span>
      {comments.length > 0 && (
        <ul>
          {comments.map((comment) => (
            <li key={comment.id}>
              <PersonLine person={comment.author}>
                {" · "}
                <Ago at={comment.created_at} />
              </PersonLine>
              <p className="comment-text">{comment.content}</p>
              {comment.author.id === userId && (
                <button type="button" className="link comment-remove" onClick={() => remove.mutate(comment)}>
                  Remove<span className="unseen"> comment “{comment.content}”</span>
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <button
          type="button"
          className="link"
          onClick={() => list.fetchNextPage()}
          disabled={list.isFetchingNextPage}
        >
          Earlier comments
        </button>
      )}
    </section>
  );
}
