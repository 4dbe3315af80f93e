import * as pulumi from "@pulumi/pulumi";
import * as supabase from "@pulumi/supabase";
import type { ComputeSize } from "../../catalog/entitlements/supabase.ts";
import { projectReadsUrl, projectUrl, type Endpoints } from "../settings/endpoints.ts";
import { authSettings, type AuthSettings } from "./auth-settings.ts";
import { DeployedFunction } from "./deployed-function.ts";
import { Scale, type ScaleArgs } from "./scale.ts";

export interface BackendArgs {
  /** The project's display name. */
  projectName: string;
  organizationId: string;
  region: string;
  /** Absent on Supabase Free, where there is no choice. */
  computeSize?: ComputeSize;
  /** How large it is, beside its compute. */
  scale: Omit<ScaleArgs, "endpoint" | "projectRef">;
  databasePassword: pulumi.Input<string>;
  auth: Omit<AuthSettings, "emailHook">;
  /** The secret with which Auth signs what it has `send-email` send; absent for Supabase's own sender. */
  emailHookSecret?: pulumi.Output<string>;
  /** The edge functions by slug, each a folder of `functions/`. */
  functions: readonly string[];
  /** What the functions may know, by name; all of it is stored as secret. */
  functionSecrets: Record<string, pulumi.Input<string>>;
  endpoints: Endpoints;
  /** Refuse to delete the project, and keep it when it leaves the program. */
  protect: boolean;
}

/** The Supabase project: Postgres, sign-up, the data API and the edge functions. */
export class Backend extends pulumi.ComponentResource {
  /** The project's ref, 20 lower-case letters. */
  readonly ref: pulumi.Output<string>;
  /** The project's API, without a trailing slash. */
  readonly url: pulumi.Output<string>;
  /** The same over the primary and all replicas, for reads alone. */
  readonly readsUrl: pulumi.Output<string>;
  /** The key that browsers send; it opens only what row-level security opens. */
  readonly publishableKey: pulumi.Output<string>;
  /** A connection that keeps its session, as migrations need it. Secret. */
  readonly connectionString: pulumi.Output<string>;

  constructor(name: string, args: BackendArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lavlay:backend:Backend", name, {}, opts);
    const parent = { parent: this };

    const project = new supabase.Project(
      `${name}-project`,
      {
        name: args.projectName,
        organizationId: args.organizationId,
        region: args.region,
        instanceSize: args.computeSize,
        databasePassword: args.databasePassword,
        // A new project takes longer than the provider's default of five minutes now and then.
        timeouts: { create: "15m" },
      },
      { parent: this, protect: args.protect, retainOnDelete: args.protect },
    );
    this.ref = project.id;
    this.url = project.id.apply((ref) => projectUrl(args.endpoints, ref));
    this.readsUrl = project.id.apply((ref) => projectReadsUrl(args.endpoints, ref));

    const settings = new supabase.Settings(
      `${name}-settings`,
      {
        projectRef: project.id,
        api: JSON.stringify({
          db_schema: "public",
          db_extra_search_path: "public,extensions",
          max_rows: 100,
        }),
        auth: declaredAuth(args, this.url),
        // IPv4 before IPv6: in another order Supabase answers differently from what was asked, at every refresh.
        network: JSON.stringify({ restrictions: ["0.0.0.0/0", "::/0"] }),
        storage: JSON.stringify({
          fileSizeLimit: 10 * 1024 * 1024,
          features: { s3Protocol: { enabled: false } },
        }),
        sslEnforcement: true,
      },
      parent,
    );
    new Scale(
      name,
      { ...args.scale, endpoint: args.endpoints.management, projectRef: project.id },
      { parent: this, dependsOn: [project] },
    );

    const secrets = new supabase.EdgeFunctionSecrets(
      `${name}-function-secrets`,
      {
        projectRef: project.id,
        secrets: Object.entries(args.functionSecrets).map(([name, value]) => ({
          name,
          value: pulumi.secret(value),
        })),
      },
      parent,
    );
    for (const slug of args.functions) {
      new DeployedFunction(
        `${name}-${slug}`,
        { projectRef: project.id, slug, endpoint: args.endpoints.management },
        { parent: this, dependsOn: [secrets, settings] },
      );
    }

    const keys = supabase.getApikeysOutput({ projectRef: project.id }, parent);
    // It is in every page that the app serves, so it is no secret, whatever the provider says.
    this.publishableKey = pulumi.unsecret(keys.publishableKey);
    const pooler = supabase.getPoolerOutput({ projectRef: project.id }, parent);
    this.connectionString = pulumi.secret(
      pulumi
        .all([pooler.url, args.databasePassword])
        .apply(([urls, password]) => sessionConnection(urls, password, args.endpoints)),
    );
    this.registerOutputs({ ref: this.ref, url: this.url });
  }
}

/** With a hook it holds a secret. */
function declaredAuth(
  { auth, emailHookSecret }: BackendArgs,
  url: pulumi.Output<string>,
): pulumi.Input<string> {
  if (!emailHookSecret) return JSON.stringify(authSettings(auth));
  return pulumi.secret(
    pulumi.all([url, emailHookSecret]).apply(([address, secret]) => {
      const uri = `${address}/functions/v1/send-email/hook`;
      return JSON.stringify(authSettings({ ...auth, emailHook: { uri, secret } }));
    }),
  );
}

/** The pooler's transaction address turned into one that keeps its session, with the password in it. */
export function sessionConnection(
  urls: Record<string, string>,
  password: string,
  endpoints: Endpoints,
): string {
  const transaction = urls["transaction"] ?? Object.values(urls)[0];
  if (!transaction) throw new Error("Supabase names no pooler address for the project.");
  const url = new URL(transaction);
  url.password = encodeURIComponent(password);
  if (endpoints.databaseSessionPort) url.port = String(endpoints.databaseSessionPort);
  url.search = endpoints.databaseTls ? "?sslmode=require" : "";
  return url.href;
}
