import * as pulumi from "@pulumi/pulumi";
import type { outputs } from "./types/index.ts";
import * as utilities from "./utilities.ts";

/** The API keys of a project. */
export function getApikeys(args: GetApikeysArgs, opts?: pulumi.InvokeOptions): Promise<GetApikeysResult> {
  return pulumi.runtime.invoke(
    "supabase:index/getApikeys:getApikeys",
    { projectRef: args.projectRef },
    pulumi.mergeOptions(utilities.resourceOptsDefaults(), opts ?? {}),
    utilities.getPackage(),
  );
}

/** {@link getApikeys} for arguments that are outputs. */
export function getApikeysOutput(
  args: GetApikeysOutputArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetApikeysResult> {
  return pulumi.runtime.invokeOutput<GetApikeysResult>(
    "supabase:index/getApikeys:getApikeys",
    { projectRef: args.projectRef },
    pulumi.mergeOptions(utilities.resourceOptsDefaults(), opts ?? {}),
    utilities.getPackage(),
  );
}

/** Arguments of {@link getApikeys}. */
export interface GetApikeysArgs {
  /** Ref of the project. */
  projectRef: string;
}

/** Arguments of {@link getApikeysOutput}. */
export interface GetApikeysOutputArgs {
  /** Ref of the project. */
  projectRef: pulumi.Input<string>;
}

/** What {@link getApikeys} answers. */
export interface GetApikeysResult {
  /** Id that the engine gives the answer. */
  readonly id: string;
  /** JWT-shaped key for clients. */
  readonly anonKey: string;
  /** Ref of the project. */
  readonly projectRef: string;
  /** `sb_publishable_…`, for clients. */
  readonly publishableKey: string;
  /** `sb_secret_…` keys, for servers. */
  readonly secretKeys: outputs.GetApikeysSecretKey[];
  /** JWT-shaped key that passes row-level security. */
  readonly serviceRoleKey: string;
}
