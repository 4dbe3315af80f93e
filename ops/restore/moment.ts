import { RefusedError } from "../../catalog/problem.ts";
import type { Backups } from "./backups.ts";

/** ISO 8601 with a zone: a moment without one would be another one on another machine. */
const form = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * The moment that `--to` names, to the second, as the vendor takes it.
 * @throws RefusedError when it is none, or not among what is kept
 */
export function momentOf(text: string, { window, daily }: Backups, stack: string, ref: string): Date {
  const refuse = (limit: string, fix: string) =>
    new RefusedError(`Stack ${stack}`, [{ key: "--to", value: text, limit, fix }]);
  const milliseconds = millisecondsOf(text);
  if (Number.isNaN(milliseconds)) {
    throw refuse(
      "it must be a moment with its time zone, as ISO 8601 has it",
      "For example: --to 2026-01-31T09:30:00Z",
    );
  }
  if (!window) {
    const [newest] = daily;
    const dashboard = `https://supabase.com/dashboard/project/${ref}/database/backups/scheduled`;
    const then = `Then: npm run restore -- --stack ${stack} --reapply`;
    throw newest
      ? refuse(
          "this project has no point-in-time recovery, so only its daily backups can be restored, and only by the dashboard",
          `Restore one, the newest of ${newest.toISOString()}: ${dashboard} ${then}`,
        )
      : refuse(
          "this project has neither point-in-time recovery nor a daily backup",
          `Load a dump of your own, if there is one. ${then}. For the next time: lavlay:supabase.pointInTimeRecoveryDays.`,
        );
  }
  const moment = new Date(Math.floor(milliseconds / 1_000) * 1_000);
  if (moment >= window.from && moment <= window.to) return moment;
  throw refuse(
    `it must be from ${window.from.toISOString()} to ${window.to.toISOString()}: that is what is kept`,
    "Name a moment between the two.",
  );
}

/** NaN where it is no moment: the 30th of February, which JavaScript takes for the 2nd of March, is none. */
function millisecondsOf(text: string): number {
  const [, year, month, day] = form.exec(text) ?? [];
  const calendar = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return calendar.getUTCDate() === Number(day) ? Date.parse(text) : NaN;
}
