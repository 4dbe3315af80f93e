import { useState } from "react";
import { Avatar } from "../ui/avatar.tsx";
import { CommentIcon, HeartIcon } from "../ui/icons.tsx";
import { timeAgo } from "../ui/time-ago.ts";
import type { Post } from "./feed.ts";
import { useLike } from "./likes.ts";

export function PostCard({ post, userId }: { post: Post; userId: string }) {
  const like = useLike(userId, post);
  const name = post.full_name || post.username;
  const created = new Date(post.created_at);
  const headingId = `post-${post.id}`;
  return (
    <article className="card post" aria-labelledby={headingId}>
      <header className="post-head">
        <Avatar name={name} url={post.avatar_url} />
        <div className="post-author">
          <h2 id={headingId}>{name}</h2>
          <p>
            @{post.username} ·{" "}
            <time dateTime={post.created_at} title={created.toLocaleString("en")}>
              {timeAgo(created, new Date())}
            </time>
          </p>
        </div>
      </header>
      {post.content && <p className="post-text">{post.content}</p>}
      {post.media_url && <Media url={post.media_url} type={post.media_type} by={name} />}
      <footer className="post-actions">
        <button
          type="button"
          className="action like"
          aria-pressed={post.liked_by_me}
          onClick={() => like.mutate(!post.liked_by_me)}
        >
          <HeartIcon />
          <span className="unseen">Like</span> {post.likes_count}
        </button>
        <span className="action">
          <CommentIcon />
          {post.comments_count} <span className="unseen">comments</span>
        </span>
        <span role="alert" className="action-problem">
          {like.isError && "Your like could not be saved."}
        </span>
      </footer>
    </article>
  );
}

function Media({ url, type, by }: { url: string; type: string | null; by: string }) {
  const [broken, setBroken] = useState(false);
  if (broken) return <p className="post-media post-media-broken">This picture cannot be shown.</p>;
  if (type?.startsWith("video")) {
    return (
      <video
        className="post-media"
        src={url}
        controls
        playsInline
        preload="metadata"
        aria-label={`Video by ${by}`}
        onError={() => setBroken(true)}
      />
    );
  }
  return (
    <a className="post-media" href={url} target="_blank" rel="noreferrer">
      <img
        src={url}
        alt={`Picture by ${by}`}
        loading="lazy"
        decoding="async"
        onError={() => setBroken(true)}
      />
    </a>
  );
}
