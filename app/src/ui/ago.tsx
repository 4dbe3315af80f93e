import { timeAgo } from "./time-ago.ts";

/** When something was, in short; in full to those who point at it. */
export function Ago({ at }: { at: string }) {
  const then = new Date(at);
  return (
    <time dateTime={at} title={then.toLocaleString("en")}>
      {timeAgo(then, new Date())}
    </time>
  );
}
