import { useInfiniteQuery } from "@tanstack/react-query";
import { useUserId } from "../auth/user.ts";
import { Endless } from "../ui/endless.tsx";
import { Title } from "../ui/title.tsx";
import { ReelCard } from "./reel-card.tsx";
import { ReelForm } from "./reel-form.tsx";
import { reelsQuery } from "./reels.ts";

/** Short videos, one below the other; the one in view plays. */
export default function ReelsPage() {
  const reels = useInfiniteQuery(reelsQuery(useUserId()));
  return (
    <>
      <Title>Reels</Title>
      <ReelForm />
      <Endless query={reels} what="reels" label="Reels" empty="No reels yet." end="You have seen it all.">
        {(reel) => <ReelCard key={reel.id} reel={reel} />}
      </Endless>
    </>
  );
}
