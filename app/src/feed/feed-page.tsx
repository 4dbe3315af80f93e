import type { User } from "@supabase/supabase-js";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { supabase } from "../supabase.ts";
import { RefreshIcon } from "../ui/icons.tsx";
import { Composer } from "./composer.tsx";
import { feedQuery, refreshFeed } from "./feed.ts";
import { PostCard } from "./post-card.tsx";

export function FeedPage({ user }: { user: User }) {
  const client = useQueryClient();
  return (
    <>
      <header className="topbar">
        <div className="topbar-inner">
          <h1 className="wordmark">LavLay</h1>
          <button
            type="button"
            className="button button-quiet button-icon"
            aria-label="Refresh feed"
            onClick={() => refreshFeed(client, user.id)}
          >
            <RefreshIcon />
          </button>
          {/* Of this browser alone: other devices stay signed in. */}
          <button
            type="button"
            className="button button-quiet"
            onClick={() => supabase.auth.signOut({ scope: "local" })}
          >
            Sign out
          </button>
        </div>
      </header>
      <main className="page">
        <Composer userId={user.id} />
        <Posts userId={user.id} />
      </main>
    </>
  );
}

function Posts({ userId }: { userId: string }) {
  const feed = useInfiniteQuery(feedQuery(userId));
  const posts = feed.data?.pages.flat() ?? [];

  if (feed.isPending) {
    return (
      <div role="status">
        <span className="unseen">Loading posts…</span>
        <div className="card skeleton" />
        <div className="card skeleton" />
      </div>
    );
  }
  const failed = feed.isError && (
    <div className="card state" role="alert">
      <p>{posts.length ? "More posts could not be loaded." : "The feed could not be loaded."}</p>
      <button
        type="button"
        className="button"
        onClick={() => (feed.isFetchNextPageError ? feed.fetchNextPage() : feed.refetch())}
      >
        Try again
      </button>
    </div>
  );
  if (posts.length === 0) {
    return failed || <p className="card state">No posts yet. Yours can be the first.</p>;
  }
  return (
    <section aria-label="Feed" aria-busy={feed.isFetching}>
      {posts.map((post) => (
        <PostCard key={post.id} post={post} userId={userId} />
      ))}
      {failed}
      {feed.hasNextPage && !feed.isError && (
        <LoadMore
          loading={feed.isFetchingNextPage}
          onLoad={() => feed.fetchNextPage({ cancelRefetch: false })}
        />
      )}
      {!feed.hasNextPage && !feed.isError && <p className="feed-end">You have seen it all.</p>}
    </section>
  );
}

/** Loads the next page shortly before its end is scrolled to; the button is for everyone whose browser does not scroll. */
function LoadMore({ loading, onLoad }: { loading: boolean; onLoad: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  const load = useRef(onLoad);
  useEffect(() => {
    load.current = onLoad;
  });
  useEffect(() => {
    if (loading) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && load.current(), {
      rootMargin: "600px",
    });
    observer.observe(button.current!);
    return () => observer.disconnect();
  }, [loading]);
  return (
    <button ref={button} type="button" className="button button-wide" onClick={onLoad} disabled={loading}>
      {loading ? "Loading…" : "Load more"}
    </button>
  );
}
