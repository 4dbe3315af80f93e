import { lazy, Suspense, useId, useState } from "react";
import { useUserId } from "../auth/user.ts";
import { Ago } from "../ui/ago.tsx";
import { CommentIcon } from "../ui/icons.tsx";
import { LikeButton } from "../ui/like-button.tsx";
import { nameOf } from "../ui/person.ts";
import { PersonLine } from "../ui/person-line.tsx";
import type { Post } from "./feed.ts";
import { useLike } from "./likes.ts";
import { Media } from "./media.tsx";

const Comments = lazy(() => import("../comments/comments.tsx"));

/** `first` says that the post is at the top of its page. */
export function PostCard({ post, first }: { post: Post; first: boolean }) {
  const like = useLike(useUserId(), post);
  const [open, setOpen] = useState(false);
  const commentsId = useId();
  const name = nameOf(post);
  return (
    <article className="card post" aria-label={`Post by ${name}`} data-post={post.id}>
      <header className="post-head">
        <PersonLine person={post}>
          {" · "}
          <Ago at={post.created_at} />
        </PersonLine>
      </header>
      {post.content && <p className="post-text">{post.content}</p>}
      {post.media_url && <Media url={post.media_url} type={post.media_type} by={name} first={first} />}
      <footer className="post-actions">
        <LikeButton count={post.likes_count} liked={post.liked_by_me} onChange={like.mutate} />
        <button
          type="button"
          className="action"
          aria-expanded={open}
          aria-controls={commentsId}
          onClick={() => setOpen(!open)}
        >
          <CommentIcon />
          {post.comments_count} <span className="unseen">comments</span>
        </button>
        <span role="alert" className="action-problem">
          {like.isError && "Your like could not be saved."}
        </span>
      </footer>
      <div id={commentsId}>
        {open && (
          <Suspense fallback={<p className="comments-state">Loading comments…</p>}>
            <Comments post={post} />
          </Suspense>
        )}
      </div>
    </article>
  );
}
