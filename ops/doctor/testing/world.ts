import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { endpointsOf } from "../../../infra/settings/endpoints.ts";
import { encryptedSecret } from "../../../infra/settings/stack-file.ts";
import { byPrefix } from "../../../local/listen.ts";
import { seedAccounts } from "../../../local/seed.ts";
import { createCloudflareApi } from "../../../local/services/cloudflare-api/cloudflare-api.ts";
import { createManagementApi } from "../../../local/services/management-api/management-api.ts";
import { createUpstashApi } from "../../../local/services/upstash-api/upstash-api.ts";
import { createVercelApi } from "../../../local/services/vercel-api/vercel-api.ts";
import type { R2Operations, R2Storage } from "../../../local/services/object-store/usage.ts";
import type { Accounts } from "../../../local/state/model.ts";
import { Store } from "../../../local/state/store.ts";
import { serve } from "../../../testing/serve.ts";
import type { StateResource } from "../../stack-state.ts";
import { checks } from "../checks.ts";
import { diagnose } from "../diagnose.ts";
import type { Finding } from "../finding.ts";
import { plannedResources } from "../planned.ts";
import { subjectOf } from "../subject.ts";
import type { InstalledTools } from "../tools.ts";

export const accountId = "a".repeat(32);
export const zoneId = "b".repeat(32);
export const projectRef = "abcdefghijklmnopqrst";

/** What a token of tier team needs, and nothing else. */
export const neededPermissions = [
  "Account API Tokens Write",
  "Account Rulesets Read",
  "Cache Settings Write",
  "DNS Write",
  "Health Checks Write",
  "Notifications Write",
  "Workers R2 Storage Write",
  "Zone Settings Write",
  "Zone Transform Rules Write",
  "Zone WAF Write",
];

const tokens = {
  CLOUDFLARE_API_TOKEN: "c".repeat(40),
  SUPABASE_ACCESS_TOKEN: `sbp_${"5".repeat(40)}`,
  VERCEL_API_TOKEN: "v".repeat(24),
  UPSTASH_EMAIL: "ops@lavlay.com",
  UPSTASH_API_KEY: "u".repeat(32),
};

/** Everything that an operator may get wrong, well at first: a stack of tier team that was made and has nothing yet. */
export interface World {
  readonly store: Store;
  /** The stack's configuration by key without `lavlay:`; encrypted ones apart. */
  readonly config: Record<string, unknown>;
  readonly secrets: Set<string>;
  readonly environment: NodeJS.ProcessEnv;
  /** What the engine answers to the first word of its arguments: its output, or a failure. */
  readonly engine: Record<string, string | { error: string }>;
  /** What R2 holds and did. */
  readonly r2: { operations: R2Operations[]; storage: R2Storage[] };
  /** What the stack has made. */
  readonly own: StateResource[];
  tools: InstalledTools;
  account<K extends keyof Accounts>(vendor: K, change: Partial<Accounts[K]>): void;
  zone(change: Partial<Accounts["cloudflare"]["zones"][number]>): void;
  examine(): Promise<Finding[]>;
}

/** @param undo is given what puts everything away */
export async function healthyWorld(undo: (step: () => unknown) => void): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "lavlay-doctor-"));
  undo(() => rmSync(folder, { recursive: true, force: true }));
  const store = new Store(join(folder, "state.json"));
  seedAccounts(store);
  const accounts = store.collection("accounts");
  accounts.put("accounts", {
    cloudflare: {
      accountId,
      zones: [{ id: zoneId, name: "lavlay.com", plan: "pro" }],
      // With what lets doctor see how much of R2 is used.
      token: { permissions: [...neededPermissions, "Account Analytics Read"] },
    },
    supabase: { organizationId: "lavlay", plan: "team" },
    vercel: { plan: "pro", teamId: "team_lavlay" },
    upstash: { plan: "payg" },
  });
  const r2: World["r2"] = { operations: [], storage: [] };
  const origin = await serveVendors(store, r2, undo);
  const world: World = {
    store,
    config: {
      tier: "team",
      domain: "lavlay.com",
      cloudflare: { accountId, zoneId },
      supabase: { organizationId: "lavlay", region: "eu-west-1" },
      vercel: { team: "team_lavlay" },
      media: { bucket: "lavlay-media" },
      monitoring: { emails: ["ops@lavlay.com"] },
    },
    secrets: new Set(["databasePassword"]),
    environment: { ...tokens },
    engine: { whoami: "operator", config: JSON.stringify({ "lavlay:databasePassword": { value: "x" } }) },
    r2,
    own: [],
    tools: {
      node: "20.19.0",
      nodeWanted: ">=20.19",
      engine: { version: "3.230.0", from: "from a test" },
      packages: [],
    },
    account: (vendor, change) => {
      const found = accounts.get("accounts") as Accounts;
      accounts.put("accounts", { ...found, [vendor]: { ...found[vendor], ...change } });
    },
    zone: (change) => {
      const { cloudflare } = accounts.get("accounts") as Accounts;
      world.account("cloudflare", { zones: cloudflare.zones.map((zone) => ({ ...zone, ...change })) });
    },
    examine: async () => diagnose(subject(world, origin), checks),
  };
  return world;
}

/** Most worlds have the same configuration: its plan is made once. */
const plans = new Map<string, ReturnType<typeof plannedResources>>();
const plan: typeof plannedResources = (settings, file) => {
  const key = JSON.stringify(file);
  const made = plans.get(key) ?? plannedResources(settings, file);
  plans.set(key, made);
  return made;
};

function subject(world: World, origin: string) {
  const secretKeys = [...world.secrets].map((key) => `lavlay:${key}`);
  const plain = Object.entries(world.config).map(([key, value]) => [
    `lavlay:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const values = Object.fromEntries([...secretKeys.map((key) => [key, encryptedSecret]), ...plain]);
  return subjectOf({
    stack: "prod",
    file: { values, secretKeys },
    environment: world.environment,
    plan,
    tools: world.tools,
    pulumi: async ([command = ""]) => {
      const answer = world.engine[command] ?? JSON.stringify({ deployment: { resources: world.own } });
      return typeof answer === "string"
        ? { exitCode: 0, stdout: answer, stderr: "" }
        : { exitCode: 1, stdout: "", stderr: `warning: of something else\nerror: ${answer.error}\n` };
    },
    endpoints: {
      ...endpointsOf("cloud", {}),
      cloudflareApi: `${origin}/cloudflare/client/v4`,
      management: origin,
      vercelApi: `${origin}/vercel`,
      upstashApi: `${origin}/upstash`,
    },
  });
}

async function serveVendors(
  store: Store,
  r2: World["r2"],
  undo: (step: () => unknown) => void,
): Promise<string> {
  const management = createManagementApi({ store, token: tokens.SUPABASE_ACCESS_TOKEN });
  const others = {
    "/cloudflare": createCloudflareApi({
      store,
      token: tokens.CLOUDFLARE_API_TOKEN,
      r2: async () => r2,
    }),
    "/vercel": createVercelApi({ store, token: tokens.VERCEL_API_TOKEN }),
    "/upstash": createUpstashApi({ store, email: tokens.UPSTASH_EMAIL, key: tokens.UPSTASH_API_KEY }),
  };
  const { url, close } = await serve(
    byPrefix(
      getRequestListener(management.fetch),
      Object.fromEntries(
        Object.entries(others).map(([prefix, app]) => [prefix, getRequestListener(app.fetch)]),
      ),
    ),
  );
  undo(close);
  return url;
}
