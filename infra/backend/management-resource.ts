import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

const provider = readFileSync(join(__dirname, "management-provider.js"), "utf8");

export interface ManagementResourceArgs {
  /** Supabase's Management API, without a trailing slash. */
  endpoint: string;
  projectRef: pulumi.Input<string>;
}

/**
 * Something that only Supabase's Management API can set: a dynamic resource, as `pulumi.dynamic.Resource` makes one,
 * but of a provider written out in `management-provider.js`, which knows the setting by its name.
 */
export abstract class ManagementResource extends pulumi.CustomResource {
  constructor(
    type: string,
    setting: string,
    name: string,
    args: ManagementResourceArgs,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      `pulumi-nodejs:dynamic/lavlay/backend:${type}`,
      name,
      { ...args, setting, __provider: provider } as pulumi.Inputs,
      opts,
    );
  }
}
