import * as pulumi from "@pulumi/pulumi";
import { Addon } from "./addon.ts";
import { Disk } from "./disk.ts";
import { Pooler } from "./pooler.ts";
import { ReadReplica } from "./read-replica.ts";
import { RealtimeLimits } from "./realtime-limits.ts";

export interface ScaleArgs {
  /** Supabase's Management API. */
  endpoint: string;
  projectRef: pulumi.Input<string>;
  /** Connections of the transaction pooler to Postgres, per user and database. */
  poolSize: number;
  /** GB of disk at least; absent where the plan gives no choice. */
  diskGigabytes?: number;
  /** Regions of the read replicas. */
  replicaRegions: readonly string[];
  /** Whether the app reads from the replicas. */
  replicaReads: boolean;
  /** 0 for none. */
  pointInTimeRecoveryDays: 0 | 7 | 14 | 28;
  /** A pooler for this project alone. It has an IPv6 address; the add-on gives it one that every client reaches. */
  dedicatedPooler: boolean;
  /** Clients that may listen to Realtime at once; absent to leave the plan's. */
  realtimeConnections?: number;
}

/** How large the project is: what grows from tier to tier, each set through the Management API. */
export class Scale extends pulumi.ComponentResource {
  constructor(name: string, args: ScaleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lavlay:backend:Scale", name, {}, opts);
    const project = { endpoint: args.endpoint, projectRef: args.projectRef };
    const parent = { parent: this };

    new Pooler(`${name}-pooler`, { ...project, poolMode: "transaction", poolSize: args.poolSize }, parent);
    if (args.diskGigabytes !== undefined) {
      new Disk(`${name}-disk`, { ...project, sizeGb: args.diskGigabytes }, parent);
    }
    if (args.realtimeConnections !== undefined) {
      new RealtimeLimits(`${name}-realtime`, { ...project, connections: args.realtimeConnections }, parent);
    }
    if (args.dedicatedPooler) {
      new Addon(`${name}-ipv4`, { ...project, addonType: "ipv4", variant: "ipv4_default" }, parent);
    }
    const recovery =
      args.pointInTimeRecoveryDays > 0
        ? new Addon(
            `${name}-point-in-time-recovery`,
            {
              ...project,
              addonType: "pitr",
              variant: `pitr_${args.pointInTimeRecoveryDays as 7 | 14 | 28}`,
            },
            parent,
          )
        : undefined;
    for (const region of args.replicaRegions) {
      new ReadReplica(
        `${name}-replica-${region}`,
        { ...project, region, serving: args.replicaReads },
        // Replicas are made of the physical backups that point-in-time recovery brings.
        { parent: this, dependsOn: recovery },
      );
    }
    this.registerOutputs({});
  }
}
