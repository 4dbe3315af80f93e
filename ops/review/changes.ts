import { catalogEntry } from "../../catalog/catalog.ts";
import { interruptionOf, lossOf, type Loss } from "../../catalog/holds-data.ts";
import type { PlannedResource } from "../plan/plan.ts";
import { compareValues, type PropertyChange } from "./values.ts";

/** What an `up` would do to one resource. */
export interface ResourceChange {
  readonly kind: "create" | "update" | "replace" | "delete";
  readonly type: string;
  readonly name: string;
  readonly properties: readonly PropertyChange[];
  /** The properties that make a new one of it. */
  readonly replacedBy: readonly string[];
  /** What is lost, if anything. */
  readonly loss?: Loss;
  /** What stands still meanwhile, in words. */
  readonly interruption?: string;
  /** A replacement that is how such a resource is brought up to date: a run of the SQL, a deployment. */
  readonly routine: boolean;
  /** The resource is protected and would go: the engine refuses. */
  readonly refused: boolean;
}

type Resources = readonly PlannedResource[];

/** What leads from one plan of a stack to another, the most dangerous first, then by name. */
export function changesBetween(before: Resources, after: Resources): ResourceChange[] {
  const old = new Map(before.map((resource) => [resource.urn, resource]));
  const wanted = new Map(after.map((resource) => [resource.urn, resource]));
  const created = after.filter(({ urn }) => !old.has(urn)).map((resource) => whole("create", resource));
  const deleted = before.filter(({ urn }) => !wanted.has(urn)).map((resource) => whole("delete", resource));
  const changed = before.flatMap((resource) => {
    const now = wanted.get(resource.urn);
    return now ? changeOf(resource, now) : [];
  });
  return [...created, ...deleted, ...changed].sort(byDanger);
}

function whole(kind: "create" | "delete", resource: PlannedResource): ResourceChange {
  const { type, name, inputs, protect } = resource;
  const gone = kind === "delete";
  return {
    kind,
    type,
    name,
    properties: gone ? compareValues(inputs, {}) : compareValues({}, inputs),
    replacedBy: [],
    ...(gone && { loss: lossOf(type, inputs) }),
    routine: false,
    refused: gone && protect,
  };
}

function changeOf(before: PlannedResource, after: PlannedResource): ResourceChange[] {
  const { type, name } = after;
  const properties = [
    ...compareValues(before.inputs, after.inputs),
    ...compareValues(optionsOf(before), optionsOf(after)),
  ];
  if (properties.length === 0) return [];
  const fixed = new Set(fixedInputs(type));
  const changed = [...new Set(properties.map(({ path }) => path.split(/[.[]/, 1)[0] ?? ""))];
  const replacedBy = changed.filter((property) => fixed.has(property));
  const replaced = replacedBy.length > 0;
  return [
    {
      kind: replaced ? "replace" : "update",
      type,
      name,
      properties,
      replacedBy,
      loss: replaced ? lossOf(type, before.inputs) : lostProtection(before, after),
      interruption: interruptionOf(type, changed),
      routine: routineTypes.has(type),
      refused: replaced && before.protect,
    },
  ];
}

/** What the engine keeps with a resource, beside its inputs. */
const optionsOf = ({ protect, retainOnDelete }: PlannedResource) => ({
  "(protected)": protect,
  "(kept on deletion)": retainOnDelete,
});

/** Made anew whenever what they bring changes, and nothing hangs on the old one. */
const routineTypes = new Set(["command:local:Command", "vercel:index/deployment:Deployment"]);

/** As `infra/backend/management-provider.js` has them; other types have no such property. */
const fixedByManagement = ["projectRef", "addonType", "region"];

function fixedInputs(type: string): readonly string[] {
  if (type.startsWith("pulumi-nodejs:dynamic/lavlay/")) return fixedByManagement;
  return catalogEntry(type)?.replaceOnChanges ?? [];
}

/** An update that leaves a resource, or the whole stack, less safe than it was. */
function lostProtection(before: PlannedResource, after: PlannedResource): Loss | undefined {
  if (before.protect && !after.protect) return { what: "its protection against deletion", of: "protection" };
  if (!after.type.endsWith(":Ruleset")) return undefined;
  const gone = refs(before).filter((ref) => !refs(after).includes(ref));
  if (gone.length === 0) return undefined;
  return { what: `the rule${gone.length === 1 ? "" : "s"} ${gone.join(", ")}`, of: "protection" };
}

function refs({ inputs }: PlannedResource): string[] {
  const rules = Array.isArray(inputs["rules"]) ? (inputs["rules"] as { ref?: unknown }[]) : [];
  return rules.map(({ ref }) => String(ref));
}

const kinds = ["delete", "replace", "update", "create"] as const;

/** Smaller is more dangerous: what loses data, then what loses protection or service, then by kind. */
function danger({ kind, loss, routine }: ResourceChange): number {
  const lost = loss ? (loss.of === "data" ? 0 : 1) : 2;
  return lost * 10 + (routine ? kinds.indexOf("update") : kinds.indexOf(kind));
}

function byDanger(left: ResourceChange, right: ResourceChange): number {
  return (
    danger(left) - danger(right) ||
    (left.name < right.name ? -1 : left.name > right.name ? 1 : left.type < right.type ? -1 : 1)
  );
}

/** Whether a reviewer should look before it is applied. */
export function needsEye({ kind, loss, routine }: ResourceChange): boolean {
  return loss !== undefined || kind === "delete" || (kind === "replace" && !routine);
}
