import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useUserId } from "../auth/user.ts";
import { Ago } from "../ui/ago.tsx";
import { Endless } from "../ui/endless.tsx";
import { Failed } from "../ui/states.tsx";
import { Title } from "../ui/title.tsx";
import { pointsHistoryQuery, pointsQuery } from "./points.ts";

const signed = new Intl.NumberFormat("en", { signDisplay: "always" });
const plain = new Intl.NumberFormat("en");

/** How many points one has, and where they come from. */
export default function PointsPage() {
  const userId = useUserId();
  const points = useQuery(pointsQuery(userId));
  const history = useInfiniteQuery(pointsHistoryQuery(userId));
  return (
    <>
      <Title>Points</Title>
      {points.isError ? (
        <Failed onRetry={() => points.refetch()}>Your points could not be loaded.</Failed>
      ) : (
        <p className="card points-sum" aria-busy={points.isPending}>
          <strong>{points.data === undefined ? "…" : plain.format(points.data)}</strong>{" "}
          {points.data === 1 ? "point" : "points"}
        </p>
      )}
      <Endless
        query={history}
        what="points"
        label="History"
        empty="No points yet."
        className="points-history"
      >
        {({ id, amount, reason, created_at }) => (
          <article key={id} className="card points-entry" aria-label={reason}>
            <p>{reason}</p>
            <p className={amount > 0 ? "points-more" : "points-less"}>{signed.format(amount)}</p>
            <p className="soft">
              <Ago at={created_at} />
            </p>
          </article>
        )}
      </Endless>
    </>
  );
}
