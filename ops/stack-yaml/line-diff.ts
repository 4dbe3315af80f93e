/** A line of a unified diff. */
export interface DiffLine {
  readonly kind: "same" | "removed" | "added";
  /** Its number, from 1: in the old text, or in the new one where it is added. */
  readonly line: number;
  readonly text: string;
}

/** The lines of two texts of some hundred lines, with as many as can be kept kept. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [old, now] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  // kept[i][j]: lines that can be kept of old from i and of now from j.
  const kept = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  const at = (i: number, j: number) => kept[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      (kept[i] as number[])[j] =
        old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  for (let i = 0, j = 0; i < old.length || j < now.length;) {
    const [gone = "", come = ""] = [old[i], now[j]];
    if (i < old.length && j < now.length && gone === come) {
      lines.push({ kind: "same", line: ++i, text: gone });
      j++;
    } else if (i < old.length && (j === now.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: "removed", line: ++i, text: gone });
    } else {
      lines.push({ kind: "added", line: ++j, text: come });
    }
  }
  return lines;
}

/**
 * A unified diff of two texts, as `diff -u` and git write it.
 * @param context lines around each change that are shown with it
 */
export function unifiedDiff(name: string, before: string, after: string, context = 1): string[] {
  const lines = diffLines(before, after);
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(({ kind }) => kind !== "same"),
  );
  if (!near.includes(true)) return [];
  const sign = { same: " ", removed: "-", added: "+" } as const;
  let [old, now] = [1, 1];
  const printed = lines.flatMap(({ kind, text }, index) => {
    const begins = near[index] && !near[index - 1];
    const hunk = begins ? [header(lines, near, index, old, now)] : [];
    if (kind !== "added") old++;
    if (kind !== "removed") now++;
    return near[index] ? [...hunk, sign[kind] + text] : [];
  });
  return [`--- ${name}`, `+++ ${name}`, ...printed];
}

function header(
  lines: readonly DiffLine[],
  near: readonly boolean[],
  from: number,
  old: number,
  now: number,
) {
  const end = near.indexOf(false, from);
  const hunk = lines.slice(from, end < 0 ? undefined : end);
  const count = (without: DiffLine["kind"]) => hunk.filter(({ kind }) => kind !== without).length;
  return `@@ -${old},${count("added")} +${now},${count("removed")} @@`;
}
