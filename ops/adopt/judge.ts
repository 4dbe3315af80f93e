import { isDeepStrictEqual } from "node:util";
import { catalogEntry } from "../../catalog/catalog.ts";
import type { Problem } from "../../catalog/problem.ts";
import type { Adoptions } from "../../infra/adoption/adopt.ts";
import type { PlannedResource } from "../plan/plan.ts";
import { differences, type Difference } from "./differences.ts";
import type { Existing, LeftAlone, Values } from "./existing.ts";
import { refusalsOf } from "./refusals.ts";

type Adoption = Adoptions[string];

/** What becomes of a resource of the stack with the first `up`. */
export interface Takeover {
  readonly name: string;
  readonly type: string;
  /**
   * - `new`: it is made, since there is none or it is always made
   * - `import`, `read`, `values`, `write`: see `Way`
   * - `refused`: it exists and cannot be taken over as the stack declares it
   * - `owned`: the stack has it already
   */
  readonly fate: "new" | "import" | "read" | "values" | "write" | "refused" | "owned";
  /** By what it is imported or read. */
  readonly id?: string;
  /** Where what exists is not what is declared. */
  readonly differences: readonly Difference[];
  /** What is put into the stack's YAML. */
  readonly adoption?: Adoption;
  readonly refused: readonly Problem[];
  readonly note?: string;
}

/** @param existing undefined where the vendor has none */
export function judge(resource: PlannedResource, existing: Existing | LeftAlone | undefined): Takeover {
  const { name, type, inputs } = resource;
  if (!existing || "leftAlone" in existing) {
    const note = existing && { note: existing.leftAlone };
    return { name, type, fate: "new", differences: [], refused: [], ...note };
  }
  const { way, properties, note } = existing;
  const differing = [
    ...differences(catalogEntry(type), inputs, properties),
    ...(way.by === "import" ? absent(resource, properties) : []),
  ];
  const refused = refusalsOf(resource, differing);
  const written = way.by === "import" ? untold(resource, properties) : [];
  return {
    name,
    type,
    fate: refused.length > 0 ? "refused" : way.by,
    ...("id" in way && { id: way.id }),
    differences: [...differing, ...written],
    refused,
    ...(refused.length === 0 && { adoption: adoptionOf(resource, existing, differing) }),
    ...(note !== undefined && { note }),
  };
}

/** What says whose a resource is or how long to wait for it, and is no property of what exists. */
const aside = ["projectRef", "projectId", "teamId", "timeouts"];

const missing = ({ inputs }: PlannedResource, properties: Values) =>
  Object.keys(inputs).filter(
    (name) => inputs[name] !== undefined && !(name in properties) && !aside.includes(name),
  );

/** Declared properties that what exists does not have, or, where they are secret, does not tell. */
function absent(resource: PlannedResource, properties: Values): Difference[] {
  const { requiredInputs = [], secretInputs = [] } = catalogEntry(resource.type) ?? {};
  return missing(resource, properties)
    .filter((name) => !requiredInputs.includes(name))
    .map((property) => ({
      path: property,
      property,
      ...(!secretInputs.includes(property) && { existing: undefined }),
      declared: resource.inputs[property],
    }));
}

/** Declared properties that the provider requires and the vendor does not tell: `up` writes them. */
function untold(resource: PlannedResource, properties: Values): Difference[] {
  const required = catalogEntry(resource.type)?.requiredInputs ?? [];
  return missing(resource, properties)
    .filter((name) => required.includes(name))
    .map((property) => ({ path: property, property, declared: resource.inputs[property] }));
}

function adoptionOf(
  { type, inputs }: PlannedResource,
  { way, properties }: Existing,
  differing: readonly Difference[],
): Adoption | undefined {
  switch (way.by) {
    case "read":
      return { read: way.id };
    case "write":
      return undefined;
    case "values": {
      const names = [...new Set(differing.map(({ property }) => property))];
      // Where nothing differs, making it writes what there is.
      if (names.length === 0) return undefined;
      return { values: Object.fromEntries(names.map((name) => [name, properties[name]])) };
    }
    case "import": {
      const keep = [
        ...new Set([...differing.map(({ property }) => property), ...undeclared(type, inputs, properties)]),
      ];
      return { import: way.id, ...(keep.length > 0 && { keep: keep.sort() }) };
    }
  }
}

/**
 * Properties that an import brings along and nobody declares, which would be taken away; and Supabase's settings, which
 * it brings whole.
 */
function undeclared(type: string, inputs: Values, properties: Values): string[] {
  const entry = catalogEntry(type);
  return Object.keys(properties).filter((name) => {
    if (!entry || !Object.hasOwn(entry.inputs, name)) return false;
    if (type === "supabase:index/settings:Settings") return properties[name] !== inputs[name];
    if (inputs[name] !== undefined) return false;
    const byDefault = entry.inputs[name]?.default;
    // What the vendor gives a value by itself keeps the one it has.
    return byDefault === undefined
      ? !entry.requiredOutputs.includes(name)
      : !isDeepStrictEqual(byDefault, properties[name]);
  });
}
