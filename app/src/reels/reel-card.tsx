import { useEffect, useRef } from "react";
import { useUserId } from "../auth/user.ts";
import { Ago } from "../ui/ago.tsx";
import { LikeButton } from "../ui/like-button.tsx";
import { nameOf } from "../ui/person.ts";
import { PersonLine } from "../ui/person-line.tsx";
import { type Reel, useReelLike } from "./reels.ts";

/** How much of a reel must be seen for it to play. */
const MOSTLY = 0.6;

export function ReelCard({ reel }: { reel: Reel }) {
  const like = useReelLike(useUserId(), reel);
  const name = nameOf(reel.author);
  return (
    <article className="card reel" aria-label={`Reel by ${name}`}>
      <ReelVideo url={reel.media_url} name={name} />
      <header className="post-head">
        <PersonLine person={reel.author}>
          {" · "}
          <Ago at={reel.created_at} />
        </PersonLine>
      </header>
      {reel.caption && <p className="post-text">{reel.caption}</p>}
      <footer className="post-actions">
        <LikeButton count={reel.likes_count} liked={reel.liked_by_me} onChange={like.mutate} />
        <span role="alert" className="action-problem">
          {like.isError && "Your like could not be saved."}
        </span>
      </footer>
    </article>
  );
}

/** Plays without sound while it is in view, unless the person wants things to keep still. */
function ReelVideo({ url, name }: { url: string; name: string }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        // A browser that saves power may refuse; the controls are there.
        if (entry?.isIntersecting) void video.current?.play().catch(() => {});
        else video.current?.pause();
      },
      { threshold: MOSTLY },
    );
    observer.observe(video.current!);
    return () => observer.disconnect();
  }, []);
  return (
    <video
      ref={video}
      className="reel-video"
      src={url}
      controls
      muted
      loop
      playsInline
      preload="metadata"
      aria-label={`Video by ${name}`}
    />
  );
}
