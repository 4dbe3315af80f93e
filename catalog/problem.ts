/**
 * One mistake in a configuration or a resource, in the words of the person who made it.
 * Every refusal of this package is a list of these, all of them at once.
 */
export interface Problem {
  /** The configuration key or property path, such as `lavlay:media.edgeTtl` or `rules[1].ratelimit.period`. */
  readonly key: string;
  /** The value found, ready to print. A secret is given as `[secret]`. */
  readonly value: string;
  /** The limit that it breaks, such as `at least 7200 s on Cloudflare Free`. */
  readonly limit: string;
  /** What to do about it. */
  readonly fix: string;
  /** Where the limit can be read, if anywhere. */
  readonly see?: string;
}

/** `key: value, but limit. Fix.`: one problem on one line. */
export function formatProblem(problem: Problem): string {
  const see = problem.see ? ` (${problem.see})` : "";
  return `${problem.key}: ${problem.value}, but ${problem.limit}. ${problem.fix}${see}`;
}

/** Several problems as an error message, one line each. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems.map((problem) => `  - ${formatProblem(problem)}`).join("\n");
}

/** Thrown where a caller must stop; printed without its stack. */
export class RefusedError extends Error {
  constructor(
    /** What was refused, such as `Stack prod` or `cloudflare:index/ruleset:Ruleset rate-limits`. */
    readonly subject: string,
    readonly problems: readonly Problem[],
  ) {
    super(`${subject} is refused:\n${formatProblems(problems)}`);
    this.name = "RefusedError";
  }
}

/** Whether a caller was refused; also by a class of that name from another revision of this package. */
export function isRefusal(error: unknown): error is RefusedError {
  return error instanceof RefusedError || (error instanceof Error && error.name === "RefusedError");
}
