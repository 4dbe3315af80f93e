import {
  distinct,
  groupsThatRead,
  permissionsFor,
  usefulPermissions,
  type CloudflarePermission,
} from "../../../catalog/permissions/cloudflare.ts";
import type { CloudflareClient } from "../../vendors/cloudflare.ts";
import { VendorRefusal } from "../../vendors/refusal.ts";
import { about, CannotTell, fail, ok, unknown, warn, type Answer, type Check } from "../finding.ts";
import type { Subject } from "../subject.ts";
import { granted, grants, policiesOf, type Policy } from "./policies.ts";
import { zoneOrNot } from "./zone.ts";

/** Whether the token may do what the stack's resources need, permission by permission, and no more. */
export const permissionChecks: readonly Check<Subject>[] = [
  {
    area: "Cloudflare",
    what: "permissions",
    run: async (subject) => {
      const { resources } = await subject.planned();
      const needed = distinct(resources.flatMap(({ type, inputs }) => permissionsFor(type, inputs)));
      try {
        return await compare(subject, needed);
      } catch (error) {
        // Whoever makes a new token has to know them.
        if (!(error instanceof CannotTell)) throw error;
        return unknown(`because ${error.message}`, `The token needs ${listed(needed)}.`);
      }
    },
  },
];

async function compare(subject: Subject, needed: readonly CloudflarePermission[]): Promise<Answer[]> {
  subject.named("lavlay:cloudflare.accountId", "lavlay:cloudflare.zoneId");
  const { client, who } = await subject.cloudflare.token.alive();
  const policies = await policiesOf(client, who, subject.settings.cloudflare.accountId);
  if (!policies) return probed(subject, client, needed);
  // Nothing is given on a zone that is not seen, whatever the token may on the right one.
  const noZone = await zoneOrNot(subject.cloudflare.zone).then(
    () => undefined,
    (error: unknown) => (error instanceof CannotTell ? error : undefined),
  );
  return [
    ...needed.map((permission) =>
      permission.scope === "zone" && noZone
        ? about(`permission ${permission.name}`, unknown(`because ${noZone.message}`))
        : grantedAnswer(subject, policies, permission),
    ),
    ...superfluous(subject, policies, needed),
  ];
}

/** Those of the account first, as the dashboard has them. */
function listed(needed: readonly CloudflarePermission[]): string {
  const on = (scope: CloudflarePermission["scope"]) =>
    `on the ${scope} ${needed
      .filter((permission) => permission.scope === scope)
      .map(({ name }) => name)
      .join(", ")}`;
  return `${on("account")}; ${on("zone")}`;
}

function grantedAnswer(
  { settings }: Subject,
  policies: readonly Policy[],
  permission: CloudflarePermission,
): Answer {
  const has = grants(policies, permission, settings.cloudflare);
  return about(`permission ${permission.name}`, has ? ok(on(permission)) : missing(permission));
}

const on = ({ scope }: CloudflarePermission) => `given on the ${scope}`;

function missing({ name, scope }: CloudflarePermission): Answer {
  const inDashboard = name.replace(/ Write$/, ": Edit").replace(/ Read$/, ": Read");
  return fail(
    `the token does not have it on the ${scope}, and resources of this stack need it`,
    `Edit the token in Cloudflare's dashboard under API Tokens: add ${scope} permission "${inDashboard}".`,
  );
}

/** What the token may beyond its task is what a thief of it may. */
function superfluous(
  { settings }: Subject,
  policies: readonly Policy[],
  needed: readonly CloudflarePermission[],
): Answer[] {
  // The local target has one token for everything, which opens nothing but this machine.
  if (settings.target === "local") return [];
  const wanted = new Set([...needed.flatMap(groupsThatRead), ...usefulPermissions.map(({ name }) => name)]);
  const extra = granted(policies).filter((name) => !wanted.has(name));
  if (extra.length === 0) return [about("permissions beyond need", ok("none"))];
  return [
    about(
      "permissions beyond need",
      warn(
        `nothing in this stack needs ${extra.join(", ")}`,
        "Take them off the token in Cloudflare's dashboard under API Tokens.",
      ),
    ),
  ];
}

/** What a look needs that only those with the permission may have. */
const looks: Readonly<Record<string, string>> = {
  "Account API Tokens Write": "/accounts/{account}/tokens",
  "Account Rulesets Read": "/accounts/{account}/rulesets",
  "Cache Settings Write": "/zones/{zone}/rulesets/phases/http_request_cache_settings/entrypoint",
  "DNS Write": "/zones/{zone}/dns_records",
  "Health Checks Write": "/zones/{zone}/healthchecks",
  "Load Balancers Write": "/zones/{zone}/load_balancers",
  "Load Balancing: Monitors and Pools Write": "/accounts/{account}/load_balancers/pools",
  "Notifications Write": "/accounts/{account}/alerting/v3/policies",
  "Workers R2 Storage Write": "/accounts/{account}/r2/buckets",
  "Zone Settings Write": "/zones/{zone}/settings/ssl",
  "Zone Transform Rules Write": "/zones/{zone}/rulesets/phases/http_response_headers_transform/entrypoint",
  "Zone WAF Write": "/zones/{zone}/rulesets/phases/http_ratelimit/entrypoint",
};

/** A token that may not read its own permissions is tried: what it may not even read, it may not write. */
async function probed(
  subject: Subject,
  client: CloudflareClient,
  needed: readonly CloudflarePermission[],
): Promise<Answer[]> {
  return Promise.all(
    needed.map(async (permission) =>
      about(`permission ${permission.name}`, await probe(subject, client, permission)),
    ),
  );
}

async function probe(
  { settings: { cloudflare } }: Subject,
  client: CloudflareClient,
  permission: CloudflarePermission,
): Promise<Answer> {
  const path = looks[permission.name]
    ?.replace("{account}", cloudflare.accountId)
    .replace("{zone}", cloudflare.zoneId);
  const cannotTell = unknown(
    "the token may not read its own permissions; it may read what this one is for, and perhaps not write it",
    'Give it "Account API Tokens: Read" (or "API Tokens: Read" to a person\'s token) to have its permissions looked at.',
  );
  if (!path) return cannotTell;
  try {
    await client.call(path, { query: { per_page: 5 } });
  } catch (error) {
    if (!(error instanceof VendorRefusal)) throw error;
    if (error.status === 403) return missing(permission);
    // There being nothing to see is an answer to those who may look.
    if (error.status !== 404 && error.status !== 400) throw error;
  }
  return permission.name.endsWith(" Read") ? ok("may be read, by a try") : cannotTell;
}
