import { isDeepStrictEqual } from "node:util";
import type { Entry } from "../../catalog/catalog.ts";
import { unknown } from "../../catalog/unknown.ts";
import type { Values } from "./marshal.ts";

/** One property that would change. */
export interface Change {
  /** As the engine writes paths: `rules[0].expression`, `environment["A.B"]`. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  /** Whether it makes a new resource. */
  readonly replace: boolean;
}

export interface DiffRequest {
  readonly entry: Entry;
  /** What is wanted: the new inputs with the provider's defaults, and outputs that follow from them. */
  readonly planned: Values;
  /** What there is: the outputs remembered or, after a refresh, observed. */
  readonly state: Values;
  /** The inputs of the last update: what was asked for then and is not now is taken away. */
  readonly oldInputs: Values;
  /** Properties whose change the provider does not act on. */
  readonly ignored?: readonly string[];
}

/** Every difference between what is wanted and what there is. What was never asked for is not compared. */
export function changes({ entry, planned, state, oldInputs, ignored = [] }: DiffRequest): Change[] {
  const found: Change[] = [];
  for (const name of new Set([...Object.keys(planned), ...Object.keys(oldInputs)])) {
    if (ignored.includes(name)) continue;
    // What the vendor gives a value by itself keeps the one it has when it is not asked for any more.
    if (isAbsent(planned[name]) && entry.requiredOutputs.includes(name)) continue;
    const replace = entry.replaceOnChanges.includes(name);
    compare(planned[name], state[name], oldInputs[name], name, (path, kind) =>
      found.push({ path, kind, replace }),
    );
  }
  return found;
}

type Report = (path: string, kind: Change["kind"]) => void;

function compare(wanted: unknown, found: unknown, asked: unknown, path: string, report: Report): void {
  if (isAbsent(wanted)) {
    if (!isAbsent(asked) && !isAbsent(found)) report(path, "delete");
  } else if (wanted === unknown) {
    report(path, "update");
  } else if (isAbsent(found)) {
    report(path, "add");
  } else if (Array.isArray(wanted) && Array.isArray(found)) {
    const before: readonly unknown[] = Array.isArray(asked) ? asked : [];
    wanted.forEach((item, index) => compare(item, found[index], before[index], `${path}[${index}]`, report));
    for (let index = wanted.length; index < found.length; index++) report(`${path}[${index}]`, "delete");
  } else if (isObject(wanted) && isObject(found)) {
    const before = isObject(asked) ? asked : {};
    for (const key of new Set([...Object.keys(wanted), ...Object.keys(before)])) {
      compare(wanted[key], found[key], before[key], join(path, key), report);
    }
  } else if (!isDeepStrictEqual(wanted, found)) {
    report(path, "update");
  }
}

function join(path: string, key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
