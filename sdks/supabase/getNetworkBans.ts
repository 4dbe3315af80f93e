import * as pulumi from "@pulumi/pulumi";
import * as utilities from "./utilities.ts";

/** Addresses that are locked out of a project's database. */
export function getNetworkBans(
  args: GetNetworkBansArgs,
  opts?: pulumi.InvokeOptions,
): Promise<GetNetworkBansResult> {
  return pulumi.runtime.invoke(
    "supabase:index/getNetworkBans:getNetworkBans",
    { projectRef: args.projectRef },
    pulumi.mergeOptions(utilities.resourceOptsDefaults(), opts ?? {}),
    utilities.getPackage(),
  );
}

/** {@link getNetworkBans} for arguments that are outputs. */
export function getNetworkBansOutput(
  args: GetNetworkBansOutputArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetNetworkBansResult> {
  return pulumi.runtime.invokeOutput<GetNetworkBansResult>(
    "supabase:index/getNetworkBans:getNetworkBans",
    { projectRef: args.projectRef },
    pulumi.mergeOptions(utilities.resourceOptsDefaults(), opts ?? {}),
    utilities.getPackage(),
  );
}

/** Arguments of {@link getNetworkBans}. */
export interface GetNetworkBansArgs {
  /** Ref of the project. */
  projectRef: string;
}

/** Arguments of {@link getNetworkBansOutput}. */
export interface GetNetworkBansOutputArgs {
  /** Ref of the project. */
  projectRef: pulumi.Input<string>;
}

/** What {@link getNetworkBans} answers. */
export interface GetNetworkBansResult {
  /** Id that the engine gives the answer. */
  readonly id: string;
  /** IPv4 addresses. */
  readonly bannedIpv4Addresses: string[];
  /** Ref of the project. */
  readonly projectRef: string;
}
