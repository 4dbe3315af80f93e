import * as pulumi from "@pulumi/pulumi";
import * as utilities from "./utilities.ts";

/** Connection strings of a project's pooler. */
export function getPooler(args: GetPoolerArgs, opts?: pulumi.InvokeOptions): Promise<GetPoolerResult> {
  return pulumi.runtime.invoke(
    "supabase:index/getPooler:getPooler",
    { projectRef: args.projectRef },
    pulumi.mergeOptions(utilities.resourceOptsDefaults(), opts ?? {}),
    utilities.getPackage(),
  );
}

/** {@link getPooler} for arguments that are outputs. */
export function getPoolerOutput(
  args: GetPoolerOutputArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetPoolerResult> {
  return pulumi.runtime.invokeOutput<GetPoolerResult>(
    "supabase:index/getPooler:getPooler",
    { projectRef: args.projectRef },
    pulumi.mergeOptions(utilities.resourceOptsDefaults(), opts ?? {}),
    utilities.getPackage(),
  );
}

/** Arguments of {@link getPooler}. */
export interface GetPoolerArgs {
  /** Ref of the project. */
  projectRef: string;
}

/** Arguments of {@link getPoolerOutput}. */
export interface GetPoolerOutputArgs {
  /** Ref of the project. */
  projectRef: pulumi.Input<string>;
}

/** What {@link getPooler} answers. */
export interface GetPoolerResult {
  /** Id that the engine gives the answer. */
  readonly id: string;
  /** Ref of the project. */
  readonly projectRef: string;
  /** By mode: `transaction` and `session`. No password inside. */
  readonly url: { [key: string]: string };
}
