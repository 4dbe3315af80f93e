import type * as pulumi from "@pulumi/pulumi";
import { ManagementResource, type ManagementResourceArgs } from "./management-resource.ts";

export interface AddonArgs extends ManagementResourceArgs {
  /** What kind it is: one of each at most. */
  addonType: "pitr" | "ipv4";
  /** Which one of its kind, such as `pitr_7`. */
  variant: "pitr_7" | "pitr_14" | "pitr_28" | "ipv4_default";
}

/** Something of the project that is paid beside its plan; taking it out of the program takes it off the bill. */
export class Addon extends ManagementResource {
  constructor(name: string, args: AddonArgs, opts?: pulumi.CustomResourceOptions) {
    super("Addon", "addon", name, args, opts);
  }
}
