import type * as pulumi from "@pulumi/pulumi";
import { ManagementResource, type ManagementResourceArgs } from "./management-resource.ts";

export interface ReadReplicaArgs extends ManagementResourceArgs {
  /** AWS region, such as `us-east-1`. */
  region: string;
  /** Whether the app reads from it. Recorded alone, so that a replica in use is not taken away. */
  serving: boolean;
}

/** A copy of the database that answers reads, with the project's own compute size. */
export class ReadReplica extends ManagementResource {
  constructor(name: string, args: ReadReplicaArgs, opts?: pulumi.CustomResourceOptions) {
    super("ReadReplica", "readReplica", name, args, opts);
  }
}
