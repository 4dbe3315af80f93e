const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** How long ago, in the short form of a feed: `now`, `5m`, `3h`, `6d`, and the date from a week on. */
export function timeAgo(then: Date, now: Date): string {
  // A clock that is a little behind the server's makes no post of the future.
  const seconds = Math.max(0, (now.getTime() - then.getTime()) / 1000);
  if (seconds < MINUTE_S) return "now";
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)}m`;
  if (seconds < DAY_S) return `${Math.floor(seconds / HOUR_S)}h`;
  if (seconds < 7 * DAY_S) return `${Math.floor(seconds / DAY_S)}d`;
  return then.toLocaleDateString("en", { day: "numeric", month: "short", year: "numeric" });
}
