import * as pulumi from "@pulumi/pulumi";

/** A resource as the stack's last update left it. */
export interface DeployedResource {
  type: string;
  outputs: Record<string, unknown>;
}

/** What this very stack has deployed, from the engine's own state; nothing before the first update. */
export async function deployedResources(): Promise<DeployedResource[]> {
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const answer: { outputs?: Record<string, { outputs: Record<string, unknown> }> } =
    await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
  return Object.entries(answer.outputs ?? {}).map(([urn, { outputs }]) => ({
    type: urn.split("::")[2]?.split("$").at(-1) ?? "",
    outputs,
  }));
}
