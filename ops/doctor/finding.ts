/** The areas that are looked at, in the order in which they are shown. */
export const areas = [
  "Tools",
  "Configuration",
  "Pulumi",
  "Cloudflare",
  "Supabase",
  "Vercel",
  "Upstash",
  "Sentry",
  "Database",
] as const;
export type Area = (typeof areas)[number];

/**
 * `fail`: an update of the stack would fail, or do harm. `warn`: it would not, and somebody should know.
 * `unknown`: it could not be looked at, which is not the same as being well.
 */
export type Verdict = "ok" | "warn" | "fail" | "unknown";

/** What was found of one thing. Never holds a secret. */
export interface Finding {
  readonly area: Area;
  /** What was looked at, such as `zone` or `permission DNS Write`. */
  readonly what: string;
  readonly verdict: Verdict;
  /** What is there, or why it cannot be told. */
  readonly found: string;
  /** What to do about it, exactly. */
  readonly fix?: string;
}

/** One part of a check's answer; what it is about where that is not the check's own subject. */
export type Answer = Omit<Finding, "area" | "what"> & { readonly what?: string };

/** Something that is looked at by itself: whatever becomes of the others. */
export interface Check<Subject> {
  readonly area: Area;
  readonly what: string;
  /** @throws CannotTell or VendorRefusal where it cannot be looked at */
  run(subject: Subject): Promise<Answer | readonly Answer[]> | Answer | readonly Answer[];
}

export const ok = (found: string): Answer => ({ verdict: "ok", found });
export const warn = (found: string, fix: string): Answer => ({ verdict: "warn", found, fix });
export const fail = (found: string, fix: string): Answer => ({ verdict: "fail", found, fix });
export const unknown = (found: string, fix?: string): Answer => ({
  verdict: "unknown",
  found,
  ...(fix && { fix }),
});
/** The same answer about something of its own. */
export const about = (what: string, answer: Answer): Answer => ({ ...answer, what });

/** Something else is in the way of looking; that one is a finding of its own and says what to do. */
export class CannotTell extends Error {
  override readonly name = "CannotTell";
}
