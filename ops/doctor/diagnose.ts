import { VendorRefusal } from "../vendors/refusal.ts";
import { areas, CannotTell, type Check, type Finding } from "./finding.ts";

/** Runs all checks at once. One that cannot be carried out says so, and hides none of the others. */
export async function diagnose<Subject>(
  subject: Subject,
  checks: readonly Check<Subject>[],
): Promise<Finding[]> {
  const found = await Promise.all(checks.map((check) => findings(subject, check)));
  return found.flat().sort((a, b) => areas.indexOf(a.area) - areas.indexOf(b.area));
}

async function findings<Subject>(subject: Subject, { area, what, run }: Check<Subject>): Promise<Finding[]> {
  try {
    const answers = [await run(subject)].flat();
    return answers.map((answer) => ({ area, what, ...answer }));
  } catch (error) {
    return [{ area, what, verdict: "unknown", found: reason(error as Error) }];
  }
}

function reason(error: Error): string {
  if (error instanceof CannotTell || error instanceof VendorRefusal) return `because ${error.message}`;
  // An answer that nobody expected, or a mistake here: no reason to keep what the others found.
  return `because the look itself failed: ${error.name}: ${error.message}`;
}

/** Whether an update of the stack would fail, as far as can be told. */
export function wouldFail(findings: readonly Finding[]): boolean {
  return findings.some(({ verdict }) => verdict === "fail");
}
