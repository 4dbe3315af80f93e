import type * as pulumi from "@pulumi/pulumi";
import { ManagementResource, type ManagementResourceArgs } from "./management-resource.ts";

export interface DiskArgs extends ManagementResourceArgs {
  /** GB at least; Supabase makes it larger when it is 90 % full. It cannot shrink. */
  sizeGb: number;
}

/** The database's disk. Supabase allows four changes in 24 hours. */
export class Disk extends ManagementResource {
  constructor(name: string, args: DiskArgs, opts?: pulumi.CustomResourceOptions) {
    super("Disk", "disk", name, args, opts);
  }
}
