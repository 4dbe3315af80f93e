import { readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogEntry } from "../../catalog/catalog.ts";
import type { Adoptions } from "../../infra/adoption/adopt.ts";
import type { PlannedResource } from "../plan/plan.ts";
import type { Edit } from "../promote/move.ts";
import { setConfig } from "../stack-yaml/set-config.ts";
import type { ConfigValue } from "../stack-yaml/render.ts";
import type { Takeover } from "./judge.ts";

const key = "lavlay:adopt";

/** Puts what is taken over into the stack's YAML, a line for each resource. */
export function adoptionEdit(folder: string, stack: string, takeovers: readonly Takeover[]): Edit {
  const { file, before } = stackYaml(folder, stack);
  const after = takeovers.reduce(
    (text, { name, adoption }) => (adoption ? setConfig(text, [key, name], adoption as ConfigValue) : text),
    before,
  );
  return { file, before, after };
}

/** What is let go of, by resource. */
export interface Release {
  readonly name: string;
  /** Properties that `up` sets to what is declared. */
  readonly released: readonly string[];
  /** What stays as it is: nobody declares it, or to change it the resource would have to be made anew. */
  readonly stays: readonly string[];
}

/** Lets declared values come: tells what keeps them back, of what was taken over. */
export function releases(adoptions: Adoptions, resources: readonly PlannedResource[]): Release[] {
  const byName = new Map(resources.map((resource) => [resource.name, resource]));
  return Object.entries(adoptions).map(([name, { keep = [], read, values }]) => {
    const { type = "", inputs = {} } = byName.get(name) ?? {};
    const fixed = catalogEntry(type)?.replaceOnChanges ?? [];
    const comes = (property: string) => inputs[property] !== undefined && !fixed.includes(property);
    return {
      name,
      released: [...keep.filter(comes), ...Object.keys(values ?? {})],
      stays: read === undefined ? keep.filter((property) => !comes(property)) : ["all of it"],
    };
  });
}

/** The same in the stack's YAML. The ids stay: the first `up` may be still to come. */
export function releaseEdit(
  folder: string,
  stack: string,
  adoptions: Adoptions,
  letGo: readonly Release[],
): Edit {
  const { file, before } = stackYaml(folder, stack);
  const after = letGo
    .filter(({ released }) => released.length > 0)
    .reduce((text, { name, stays }) => {
      const id = adoptions[name]?.import;
      const left = id === undefined ? undefined : { import: id, ...(stays.length > 0 && { keep: stays }) };
      return setConfig(text, [key, name], left);
    }, before);
  return { file, before, after };
}

function stackYaml(folder: string, stack: string): { file: string; before: string } {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  return { file, before: readFileSync(file, "utf8") };
}
