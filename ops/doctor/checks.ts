import { dnsChecks } from "./cloudflare/dns.ts";
import { healthCheckChecks } from "./cloudflare/health-checks.ts";
import { permissionChecks } from "./cloudflare/permissions.ts";
import { r2Checks } from "./cloudflare/r2.ts";
import { r2UsageChecks } from "./cloudflare/r2-usage.ts";
import { ruleChecks } from "./cloudflare/rules.ts";
import { rulesetChecks } from "./cloudflare/rulesets.ts";
import { tokenChecks } from "./cloudflare/token.ts";
import { zoneChecks } from "./cloudflare/zone.ts";
import { configurationChecks } from "./configuration.ts";
import { databaseChecks } from "./database.ts";
import type { Check } from "./finding.ts";
import { pulumiChecks } from "./pulumi-stack.ts";
import type { Subject } from "./subject.ts";
import { entitlementChecks } from "./supabase/entitlements.ts";
import { organizationChecks } from "./supabase/organization.ts";
import { projectChecks } from "./supabase/project.ts";
import { roomChecks } from "./supabase/room.ts";
import { sentryChecks } from "./sentry.ts";
import { toolChecks } from "./tools.ts";
import { upstashChecks } from "./upstash.ts";
import { accountChecks } from "./vercel/account.ts";
import { projectChecks as webChecks } from "./vercel/project.ts";
import { roomChecks as webRoomChecks } from "./vercel/room.ts";

/** Everything that is looked at, in the order in which it is shown. */
export const checks: readonly Check<Subject>[] = [
  ...toolChecks,
  ...configurationChecks,
  ...pulumiChecks,
  ...tokenChecks,
  ...permissionChecks,
  ...zoneChecks,
  ...r2Checks,
  ...r2UsageChecks,
  ...rulesetChecks,
  ...ruleChecks,
  ...dnsChecks,
  ...healthCheckChecks,
  ...organizationChecks,
  ...entitlementChecks,
  ...projectChecks,
  ...roomChecks,
  ...accountChecks,
  ...webChecks,
  ...webRoomChecks,
  ...upstashChecks,
  ...sentryChecks,
  ...databaseChecks,
];
