import type { Hono } from "hono";
import { supabasePlans, type SupabaseEntitlements } from "../../../catalog/entitlements/supabase.ts";
import type { Store } from "../../state/store.ts";
import { answer, notFound } from "./answers.ts";

/** The one organisation: its plan, and what that entitles it to. */
export function addOrganizationRoutes(app: Hono, store: Store): void {
  const account = () => store.collection("accounts").get("accounts")?.supabase;
  const own = (slug: string) => (account()?.organizationId === slug ? account() : undefined);

  app.get("/v1/organizations", (context) => {
    const found = account();
    if (!found) return context.json([]);
    const { organizationId: slug } = found;
    return context.json([{ id: slug, slug, name: slug }]);
  });

  app.get("/v1/organizations/:slug", (context) => {
    const { slug } = context.req.param();
    const found = own(slug);
    if (!found) return answer(notFound("Organization"));
    return context.json({
      id: slug,
      name: slug,
      plan: found.plan,
      opt_in_tags: [],
      allowed_release_channels: ["ga"],
    });
  });

  app.get("/v1/organizations/:slug/entitlements", (context) => {
    const found = own(context.req.param("slug"));
    if (!found) return answer(notFound("Organization"));
    return context.json({ entitlements: entitlementsOf(supabasePlans[found.plan]) });
  });
}

/** Those of Supabase's entitlements for which the plans here have a number or a yes. */
function entitlementsOf(plan: SupabaseEntitlements) {
  const number = (key: string, value: number | "unlimited" | "custom") => ({
    feature: { key, type: "numeric" },
    type: "numeric",
    hasAccess: true,
    config: typeof value === "number" ? { value, unlimited: false } : { unlimited: true },
  });
  const yes = (key: string, enabled: boolean) => ({
    feature: { key, type: "boolean" },
    type: "boolean",
    hasAccess: enabled,
    config: { enabled },
  });
  const set = (key: string, names: readonly string[]) => ({
    feature: { key, type: "set" },
    type: "set",
    hasAccess: names.length > 0,
    config: { set: names },
  });
  return [
    set(
      "instances.compute_update_available_sizes",
      plan.computeSizes.map((size) => `ci_${size}`),
    ),
    yes("instances.read_replicas", plan.readReplicas),
    yes("dedicated_pooler", plan.dedicatedPooler),
    yes("custom_domain", plan.customDomain),
    yes("log_drains", plan.logDrains),
    yes("project_pausing", plan.pauses),
    set("pitr.available_variants", plan.pointInTimeRecovery ? ["pitr_7", "pitr_14", "pitr_28"] : []),
    number("backup.retention_days", plan.backupDays),
    number("function.max_count", plan.functions),
    number("realtime.max_concurrent_users", plan.maxRealtimeConnections),
  ];
}
