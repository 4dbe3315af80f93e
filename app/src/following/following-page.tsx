import { useUserId } from "../auth/user.ts";
import { followingQuery } from "../feed/feed.ts";
import { Posts } from "../feed/posts.tsx";
import { Title } from "../ui/title.tsx";

export default function FollowingPage() {
  return (
    <>
      <Title>Following</Title>
      <Posts
        query={followingQuery(useUserId())}
        label="Posts by people you follow"
        empty="Nothing here yet. Follow people on their profiles, and their posts come here."
      />
    </>
  );
}
