import { useQueryClient } from "@tanstack/react-query";
import { useUserId } from "../auth/user.ts";
import { RefreshIcon } from "../ui/icons.tsx";
import { Title } from "../ui/title.tsx";
import { Composer } from "./composer.tsx";
import { feedQuery, refreshPosts } from "./feed.ts";
import { Posts } from "./posts.tsx";

export function FeedPage() {
  const client = useQueryClient();
  const userId = useUserId();
  return (
    <>
      <div className="page-head">
        <Title>Feed</Title>
        <button
          type="button"
          className="button button-quiet button-icon"
          aria-label="Refresh feed"
          onClick={() => refreshPosts(client, userId)}
        >
          <RefreshIcon />
        </button>
      </div>
      <Composer />
      <Posts query={feedQuery(userId)} label="Feed" empty="No posts yet. Yours can be the first." />
    </>
  );
}
