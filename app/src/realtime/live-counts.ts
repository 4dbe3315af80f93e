import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useUserId } from "../auth/user.ts";
import { changePost } from "../feed/feed.ts";

/** As many posts as one Realtime filter takes. */
const MOST_POSTS = 100;
/** Until a page has settled; nothing of this is worth a moment of its loading. */
const SETTLED_MS = 3_000;

/** Keeps the counts of posts as they are on the server, while they are shown. Its code is loaded late. */
export function useLiveCounts(postIds: readonly string[]): void {
  const client = useQueryClient();
  const userId = useUserId();
  const wanted = postIds.slice(0, MOST_POSTS).join();
  useEffect(() => {
    if (!wanted) return;
    const stopped = new AbortController();
    const timer = setTimeout(async () => {
      const { watchCounts } = await import("./watch-counts.ts");
      watchCounts(wanted.split(","), stopped.signal, ({ id, likes_count, comments_count }) => {
        // What the person just did may not be counted there yet.
        if (client.isMutating()) return;
        changePost(client, userId, id, (post) => ({ ...post, likes_count, comments_count }));
      });
    }, SETTLED_MS);
    return () => {
      clearTimeout(timer);
      stopped.abort();
    };
  }, [client, userId, wanted]);
}
