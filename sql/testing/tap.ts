/** One assertion of a TAP run. */
export interface TapTest {
  readonly number: number;
  readonly ok: boolean;
  readonly name: string;
  /** Why it did not run; absent if it did. */
  readonly skipped?: string;
  /** What pgTAP says about a failure: found and expected, line by line. */
  readonly diagnostics: readonly string[];
}

/**
 * Reads what a pgTAP script says.
 * @throws Error when it ran more or fewer tests than it planned: one that ended early must not look like a success
 */
export function parseTap(output: string): TapTest[] {
  let planned: number | undefined;
  const tests: (TapTest & { diagnostics: string[] })[] = [];
  for (const line of output.split("\n")) {
    const plan = /^1\.\.(\d+)$/.exec(line)?.[1];
    const result = /^(not )?ok (\d+)(?: - (.*?))?(?: # SKIP ?(.*))?$/.exec(line);
    if (plan) planned = Number(plan);
    else if (result) {
      const [, not, number, name = "", skipped] = result;
      tests.push({
        number: Number(number),
        ok: !not,
        name,
        diagnostics: [],
        ...(skipped !== undefined && { skipped }),
      });
    } else if (line.startsWith("#")) tests.at(-1)?.diagnostics.push(line.replace(/^# ?/, ""));
  }
  const inOrder = tests.every(({ number }, index) => number === index + 1);
  if (tests.length !== planned || !inOrder) {
    throw new Error(
      `planned ${planned ?? "no"} tests, ran ${tests.length}${inOrder ? "" : ", not in order"}`,
    );
  }
  return tests;
}
