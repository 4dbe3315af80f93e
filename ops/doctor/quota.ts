import { fail, ok, warn, type Answer } from "./finding.ts";

export interface Quota {
  /** What is counted, such as `DNS records`. */
  readonly of: string;
  readonly used: number;
  /** How many more the stack will make. */
  readonly coming: number;
  readonly limit: number;
  /** Whose limit it is, such as `Cloudflare Free`. */
  readonly plan: string;
  /** How to have more, or need less. */
  readonly fix: string;
}

const NEAR = 0.8;

/** How near a limit is: a failure when what the stack makes does not fit, a warning from four fifths on. */
export function quotaAnswer({ of, used, coming, limit, plan, fix }: Quota): Answer {
  const total = used + coming;
  const found = `${used} of ${limit} ${of} on ${plan}${coming > 0 ? `, and the stack makes ${coming} more` : ""}`;
  if (total > limit) return fail(found, fix);
  return total >= limit * NEAR ? warn(found, fix) : ok(found);
}
