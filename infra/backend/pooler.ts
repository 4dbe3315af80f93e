import type * as pulumi from "@pulumi/pulumi";
import { ManagementResource, type ManagementResourceArgs } from "./management-resource.ts";

export interface PoolerArgs extends ManagementResourceArgs {
  /** `transaction` hands a connection back after each transaction: many clients, no session state. */
  poolMode: "transaction" | "session";
  /** Connections to Postgres that the pooler keeps, per user and database. */
  poolSize: number;
}

/** The project's connection pooler. The Terraform provider knows the setting by name but never sends it. */
export class Pooler extends ManagementResource {
  constructor(name: string, args: PoolerArgs, opts?: pulumi.CustomResourceOptions) {
    super("Pooler", "pooler", name, args, opts);
  }
}
