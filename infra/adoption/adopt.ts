import * as pulumi from "@pulumi/pulumi";
import { deployedNames } from "../data-loss/deployed.ts";
import type { StackConfig } from "../settings/schema.ts";

/** What is taken over, by the resource's name in the program. */
export type Adoptions = StackConfig["adopt"];

/**
 * Takes over what exists at the vendors: every resource that the stack's configuration names is imported, read, or made
 * with the values that there are, instead of being made as it is declared. In one place, since the components need not
 * know of it; before the first of them is made.
 */
export async function adopt(adoptions: Adoptions): Promise<void> {
  if (Object.keys(adoptions).length === 0) return;
  const deployed = await deployedNames();
  pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
    // A component may have the name of a resource in it.
    const adoption = type.startsWith("lavlay:") ? undefined : adoptions[name];
    if (!adoption) return undefined;
    const { import: id, keep = [], read, values } = adoption;
    // The provider can neither import it nor make it a second time: it is left as it is, and only looked at.
    if (read !== undefined) return { props, opts: pulumi.mergeOptions(opts, { id: read }) };
    if (values) return { props: { ...props, ...values }, opts };
    // Once only: the engine (3.230) forgets by which id it has imported what it updates in the same run, and would
    // take the same id for another resource's the next time, and replace the first.
    const once = deployed.has(`${type} ${name}`) ? {} : { import: id };
    return { props, opts: pulumi.mergeOptions(opts, { ...once, ignoreChanges: [...keep] }) };
  });
}
