import type * as pulumi from "@pulumi/pulumi";
import { ManagementResource, type ManagementResourceArgs } from "./management-resource.ts";

export interface RealtimeLimitsArgs extends ManagementResourceArgs {
  /** Clients that may listen at once. */
  connections: number;
}

/** What Realtime allows. */
export class RealtimeLimits extends ManagementResource {
  constructor(name: string, args: RealtimeLimitsArgs, opts?: pulumi.CustomResourceOptions) {
    super("RealtimeLimits", "realtime", name, args, opts);
  }
}
