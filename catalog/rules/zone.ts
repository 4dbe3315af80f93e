import { isIPv4, isIPv6 } from "node:net";
import { closest } from "../closest.ts";
import { cloudflarePlanNames, cloudflarePlans, type CloudflarePlan } from "../entitlements/cloudflare.ts";
import type { Problem } from "../problem.ts";
import { showValue } from "../validate.ts";
import { accountId, zoneId } from "./r2.ts";
import { all, isGiven, objectsAt, type Rule, type RuleContext, type Values } from "./rule.ts";
import { zoneSettingForms, type ZoneSettingForm } from "./zone-settings.ts";

/** The plan of the zone that a resource is of, if it is known. */
export function planOf({ zoneId: id }: Values, { zonePlan }: RuleContext): CloudflarePlan | undefined {
  return typeof id === "string" ? zonePlan?.(id) : undefined;
}

const settingsSee = "https://developers.cloudflare.com/api/resources/zones/subresources/settings/";

const settingRule: Rule = (inputs, context) => {
  const { settingId, value } = inputs;
  if (typeof settingId !== "string") return [];
  const form = Object.hasOwn(zoneSettingForms, settingId) ? zoneSettingForms[settingId] : undefined;
  if (!form) {
    const meant = closest(settingId, Object.keys(zoneSettingForms));
    return [
      {
        key: "settingId",
        value: settingId,
        limit: "Cloudflare knows no such zone setting",
        fix: meant ? `Did you mean ${meant}?` : "Take an id of the API reference",
        see: settingsSee,
      },
    ];
  }
  const problems: Problem[] = [];
  const allowed = allowedValues(form);
  if (allowed && typeof value !== "symbol" && isGiven(inputs, "value") && !fits(form, value)) {
    problems.push({
      key: "value",
      value: showValue(value),
      limit: `${settingId} may be ${allowed}`,
      fix: "Take one of them",
      see: settingsSee,
    });
  }
  const plan = planOf(inputs, context);
  if (form.plan && plan && cloudflarePlanNames.indexOf(plan) < cloudflarePlanNames.indexOf(form.plan)) {
    problems.push({
      key: "settingId",
      value: settingId,
      limit: `it needs ${cloudflarePlans[form.plan].label}, the zone is on ${cloudflarePlans[plan].label}`,
      fix: "Leave it out, or move the zone to that plan",
      see: settingsSee,
    });
  }
  return problems;
};

function allowedValues({ values }: ZoneSettingForm): string {
  return typeof values === "string" ? `a ${values}` : values.join(", ");
}

function fits({ values }: ZoneSettingForm, value: unknown): boolean {
  if (typeof values !== "string") return values.includes(value as string | number);
  if (values === "list") return Array.isArray(value);
  return typeof value === values;
}

export const zoneSetting = all(zoneId, settingRule);

const dnsSee = "https://developers.cloudflare.com/dns/manage-dns-records/reference/dns-record-types/";

const dnsRule: Rule = (inputs, context) => {
  const { type, content, ttl, proxied } = inputs;
  const problems: Problem[] = [];
  const refuse = (key: string, limit: string, fix: string) =>
    problems.push({ key, value: showValue(inputs[key]), limit, fix, see: dnsSee });
  if (typeof content === "string") {
    if (type === "A" && !isIPv4(content))
      refuse("content", "an A record holds an IPv4 address", "Correct it");
    if (type === "AAAA" && !isIPv6(content))
      refuse("content", "an AAAA record holds an IPv6 address", "Correct it");
    if (type === "CNAME" && /[/:]/.test(content))
      refuse("content", "a CNAME record holds a host name", "Write it without scheme, port and path");
  }
  if (isGiven(inputs, "content") && isGiven(inputs, "data"))
    refuse("data", "content is given already", "Give one of the two");
  if (isGiven(inputs, "type") && !isGiven(inputs, "content") && !isGiven(inputs, "data"))
    refuse("content", "a record needs content or data", "Give one of the two");
  if (typeof ttl === "number") {
    const least = planOf(inputs, context) === "enterprise" ? 30 : 60;
    if (ttl !== 1 && (ttl < least || ttl > 86_400))
      refuse("ttl", `allowed are ${least} to 86400 s, or 1 for automatic`, "Set it to 1");
    if (proxied === true && ttl !== 1) refuse("ttl", "a proxied record has an automatic TTL", "Set it to 1");
  }
  return problems;
};

export const dnsRecord = all(zoneId, dnsRule);

/** Cloudflare Free has no health checks at all. */
export const healthcheck = all(zoneId, (inputs, context) => {
  const plan = planOf(inputs, context);
  if (!plan || cloudflarePlans[plan].healthChecks > 0) return [];
  return [
    {
      key: "zoneId",
      value: showValue(inputs["zoneId"]),
      limit: `${cloudflarePlans[plan].label} has no health checks`,
      fix: "Leave it out, or move the zone to Cloudflare Pro",
      see: "https://developers.cloudflare.com/health-checks/",
    },
  ];
});

export const notificationWebhooks = all(accountId, (inputs, { accountPlan }) =>
  !accountPlan || cloudflarePlans[accountPlan].notificationWebhooks
    ? []
    : [webhookProblem("url", showValue(inputs["url"]), accountPlan)],
);

const policyRule: Rule = (inputs, { accountPlan }) => {
  if (!accountPlan || cloudflarePlans[accountPlan].notificationWebhooks) return [];
  const mechanisms = inputs["mechanisms"];
  if (typeof mechanisms !== "object" || mechanisms === null) return [];
  return objectsAt(mechanisms as Values, "webhooks").map(({ at, item }) =>
    webhookProblem(`mechanisms.${at}`, showValue(item["id"]), accountPlan),
  );
};

/** Kinds that some plan is known to have. Of the others nothing is said. */
const knownKinds = new Set(
  Object.values(cloudflarePlans).flatMap(({ notificationKinds }) => notificationKinds),
);

const kindRule: Rule = ({ alertType }, { accountPlan }) => {
  if (!accountPlan || typeof alertType !== "string" || !knownKinds.has(alertType)) return [];
  if (cloudflarePlans[accountPlan].notificationKinds.includes(alertType)) return [];
  const plan = cloudflarePlanNames
    .map((name) => cloudflarePlans[name])
    .find(({ notificationKinds }) => notificationKinds.includes(alertType));
  return [
    {
      key: "alertType",
      value: alertType,
      limit: `${cloudflarePlans[accountPlan].label} does not have that alert`,
      fix: `Leave it out, or move a zone to ${plan?.label ?? "another plan"}`,
      see: "https://developers.cloudflare.com/notifications/notification-available/",
    },
  ];
};

export const notificationPolicy = all(accountId, policyRule, kindRule);

/** How often origins may be asked. */
export const loadBalancerMonitor = all(accountId, ({ interval }, { accountPlan }) => {
  if (!accountPlan || typeof interval !== "number") return [];
  const { label, minMonitorInterval } = cloudflarePlans[accountPlan];
  if (interval >= minMonitorInterval) return [];
  return [
    {
      key: "interval",
      value: `${interval} s`,
      limit: `${label} checks origins every ${minMonitorInterval} s at most`,
      fix: `Set it to ${minMonitorInterval} or more`,
      see: "https://developers.cloudflare.com/load-balancing/monitors/",
    },
  ];
});

function webhookProblem(key: string, value: string, plan: CloudflarePlan): Problem {
  return {
    key,
    value,
    limit: `${cloudflarePlans[plan].label} sends notifications by e-mail only`,
    fix: "Take e-mail, or move a zone to Cloudflare Pro",
    see: "https://developers.cloudflare.com/notifications/get-started/configure-webhooks/",
  };
}
