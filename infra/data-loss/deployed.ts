import * as pulumi from "@pulumi/pulumi";

/** A resource as the stack's last update left it. */
export interface DeployedResource {
  type: string;
  outputs: Record<string, unknown>;
}

/** What this very stack has deployed, from the engine's own state; nothing before the first update. */
export async function deployedResources(): Promise<DeployedResource[]> {
  return Object.entries(await outputsByUrn()).map(([urn, { outputs }]) => ({ type: typeOf(urn), outputs }));
}

/** Type and name of each of them, with a space between. */
export async function deployedNames(): Promise<ReadonlySet<string>> {
  const urns = Object.keys(await outputsByUrn());
  return new Set(urns.map((urn) => `${typeOf(urn)} ${urn.split("::").at(-1)}`));
}

async function outputsByUrn(): Promise<Record<string, { outputs: Record<string, unknown> }>> {
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const answer: { outputs?: Record<string, { outputs: Record<string, unknown> }> } =
    await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
  return answer.outputs ?? {};
}

/** A resource's type: what stands in its URN after its parents' types. */
const typeOf = (urn: string) => urn.split("::")[2]?.split("$").at(-1) ?? "";
