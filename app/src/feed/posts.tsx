import { useInfiniteQuery } from "@tanstack/react-query";
import { useLiveCounts } from "../realtime/live-counts.ts";
import { Endless } from "../ui/endless.tsx";
import type { feedQuery } from "./feed.ts";
import { PostCard } from "./post-card.tsx";

interface PostsProps {
  query: ReturnType<typeof feedQuery>;
  label: string;
  empty: string;
}

/** A list of posts, whichever it is. Its counts follow what others do. */
export function Posts({ query, label, empty }: PostsProps) {
  const posts = useInfiniteQuery(query);
  useLiveCounts(posts.data?.pages.flat().map(({ id }) => id) ?? []);
  return (
    <Endless query={posts} what="posts" label={label} empty={empty} end="You have seen it all.">
      {(post, index) => <PostCard key={post.id} post={post} first={index === 0} />}
    </Endless>
  );
}
