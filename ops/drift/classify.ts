import { compareValues, type PropertyChange } from "../review/values.ts";
import { echoOf, tells } from "./echoes.ts";
import type { Refreshed } from "./refreshed.ts";

/** A difference that is no drift. */
export interface Ignored {
  readonly path: string;
  readonly reason: string;
}

export interface Classified {
  /** `before` is what was declared and applied, `after` what is there now. */
  readonly differences: readonly PropertyChange[];
  readonly ignored: readonly Ignored[];
  /** URNs that have to be made anew for an update to repair it. */
  readonly remake: readonly string[];
}

const secret = "[secret]";

/**
 * Tells drift from echo. Outputs of then are compared with outputs of now, since both come from the vendor, so that what a
 * vendor words otherwise than it was written never shows. Whether a declared property differs, its provider knows best.
 */
export function classify(resource: Refreshed): Classified {
  const { type, urn, remembered, found } = resource;
  if (!found) return { differences: [], ignored: [], remake: [] };
  const telling = tells.filter((tell) => tell.type.test(type));
  const told = telling.flatMap((tell) => {
    const before = remembered.outputs[tell.property];
    const after = found.outputs[tell.property];
    const changes = compareValues(before, after, tell.of);
    return changes.map((change) => ({ tell, change: tell.secret ? masked(change) : change }));
  });
  const replaced = new Set([...telling.map(({ property }) => property), ...told.map(({ tell }) => tell.of)]);

  const names = new Set([...Object.keys(remembered.outputs), ...Object.keys(found.outputs)]);
  const declared = changedProperties(resource);
  const differences: PropertyChange[] = told.map(({ change }) => change);
  const ignored: Ignored[] = [];
  for (const name of [...new Set([...names, ...declared])].filter((each) => !replaced.has(each))) {
    const seen = compareValues(remembered.outputs[name], found.outputs[name], name);
    const changes = seen.length === 0 && declared.has(name) ? named(resource, name) : seen;
    for (const change of changes) {
      const reason = echoOf(type, change) ?? (declared.has(name) ? undefined : reasonOf(resource, name));
      if (reason) ignored.push({ path: change.path, reason });
      else differences.push(change);
    }
  }
  return { differences, ignored, remake: told.flatMap(({ tell }) => tell.remake?.(urn) ?? []) };
}

/** The declared properties that an update would change, by their provider; all that differ where it names none. */
function changedProperties({ differs, paths, remembered }: Refreshed): Set<string> {
  if (!differs) return new Set();
  if (!paths) return new Set(Object.keys(remembered.inputs));
  return new Set(paths.map((path) => path.split(/[.[]/, 1)[0] ?? path));
}

/** A property of which only the provider can see that it differs: a secret, or one that the vendor never told before. */
function named({ paths, remembered, found }: Refreshed, name: string): PropertyChange[] {
  const own = (paths ?? []).filter((path) => path.split(/[.[]/, 1)[0] === name);
  const wanted = remembered.inputs[name];
  const changes = compareValues(wanted, found?.outputs[name], name);
  if (changes.length > 0) return changes;
  return own.map((path) => ({ path, before: secret, after: secret }));
}

function reasonOf({ remembered, differs }: Refreshed, name: string): string {
  if (!(name in remembered.inputs)) return "worked out by the vendor: nothing declares it";
  return differs ? "its provider takes it for another wording" : "its provider takes both for the same";
}

function masked({ path, before, after }: PropertyChange): PropertyChange {
  return {
    path,
    ...(before !== undefined && { before: secret }),
    ...(after !== undefined && { after: secret }),
  };
}
