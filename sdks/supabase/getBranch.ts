import * as pulumi from "@pulumi/pulumi";
import type { outputs } from "./types/index.ts";
import * as utilities from "./utilities.ts";

/** The preview branches of a project. */
export function getBranch(args: GetBranchArgs, opts?: pulumi.InvokeOptions): Promise<GetBranchResult> {
  return pulumi.runtime.invoke(
    "supabase:index/getBranch:getBranch",
    { parentProjectRef: args.parentProjectRef },
    pulumi.mergeOptions(utilities.resourceOptsDefaults(), opts ?? {}),
    utilities.getPackage(),
  );
}

/** {@link getBranch} for arguments that are outputs. */
export function getBranchOutput(
  args: GetBranchOutputArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetBranchResult> {
  return pulumi.runtime.invokeOutput<GetBranchResult>(
    "supabase:index/getBranch:getBranch",
    { parentProjectRef: args.parentProjectRef },
    pulumi.mergeOptions(utilities.resourceOptsDefaults(), opts ?? {}),
    utilities.getPackage(),
  );
}

/** Arguments of {@link getBranch}. */
export interface GetBranchArgs {
  /** Ref of the project. */
  parentProjectRef: string;
}

/** Arguments of {@link getBranchOutput}. */
export interface GetBranchOutputArgs {
  /** Ref of the project. */
  parentProjectRef: pulumi.Input<string>;
}

/** What {@link getBranch} answers. */
export interface GetBranchResult {
  /** Id that the engine gives the answer. */
  readonly id: string;
  /** All its branches. */
  readonly branches: outputs.GetBranchBranch[];
  /** Ref of the project. */
  readonly parentProjectRef: string;
}
