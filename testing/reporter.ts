import type { SerializedError, TestCase, TestModule, TestSuite } from "vitest/node";
import type { Reporter } from "vitest/reporters";

/** What a run came to. A test file or group that breaks outside of its tests counts as one that failed. */
export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/** Ends a run with the skipped tests by reason and, on a line of its own, `N passed, N failed, N skipped`. */
export default class TotalsReporter implements Reporter {
  private readonly print: (text: string) => void;

  constructor(options: { print?: (text: string) => void } = {}) {
    this.print = options.print ?? ((text) => process.stdout.write(`${text}\n`));
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const skipped = skippedByReason(modules);
    if (skipped.size > 0) this.print(`\nSkipped:\n${formatSkipped(skipped)}\n`);
    this.print(formatTotals(countTests(modules, unhandled.length)));
  }
}

/** `3 passed, 0 failed, 1 skipped` */
export function formatTotals({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function countTests(modules: readonly TestModule[], unhandled: number): Totals {
  const totals: Totals = { passed: 0, failed: unhandled, skipped: 0 };
  for (const module of modules) {
    const groups: (TestModule | TestSuite)[] = [module, ...module.children.allSuites()];
    totals.failed += groups.filter((group) => group.errors().length > 0).length;
    // A test without an outcome was cut off, by an interruption or by a hook that failed: it did not run.
    for (const test of module.children.allTests()) totals[outcomeOf(test)] += 1;
  }
  return totals;
}

function outcomeOf(test: TestCase): keyof Totals {
  const { state } = test.result();
  return state === "pending" ? "skipped" : state;
}

/** Reason → what was skipped for it: whole files' names with the tests' full names. */
function skippedByReason(modules: readonly TestModule[]): Map<string, string[]> {
  const skipped = new Map<string, string[]>();
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      if (outcomeOf(test) !== "skipped") continue;
      const reason = reasonOf(test);
      skipped.set(reason, [...(skipped.get(reason) ?? []), `${module.relativeModuleId} > ${test.fullName}`]);
    }
  }
  return skipped;
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  if (result.state === "skipped" && result.note) return result.note;
  for (let group: TestCase | TestSuite | TestModule = test; group.type !== "module"; group = group.parent) {
    const reason = group.meta().skipReason;
    if (reason) return reason;
  }
  return "no reason given";
}

function formatSkipped(skipped: Map<string, string[]>): string {
  return [...skipped]
    .map(([reason, tests]) => `  ${reason}:\n${tests.map((test) => `    - ${test}`).join("\n")}`)
    .join("\n");
}
