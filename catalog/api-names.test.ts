import { expect, it } from "vitest";
import { fromApi, toApi } from "./api-names.ts";
import { providerSchemas } from "./catalog.ts";

const { types } = providerSchemas.cloudflare;
const rules = "cloudflare:index/RulesetRule:RulesetRule[]";

it("renames properties at every depth, and leaves the keys of maps as they are", () => {
  const ours = [
    {
      expression: "true",
      action: "rewrite",
      actionParameters: { headers: { x_Frame_Options: { operation: "set", value: "DENY" } } },
      ratelimit: { characteristics: ["ip.src"], period: 10, requestsPerPeriod: 5, mitigationTimeout: 10 },
    },
  ];
  const theirs = [
    {
      expression: "true",
      action: "rewrite",
      action_parameters: { headers: { x_Frame_Options: { operation: "set", value: "DENY" } } },
      ratelimit: { characteristics: ["ip.src"], period: 10, requests_per_period: 5, mitigation_timeout: 10 },
    },
  ];
  expect(toApi(rules, types, ours)).toEqual(theirs);
  expect(fromApi(rules, types, theirs)).toEqual(ours);
});

it("leaves out what the provider does not know, and what is null", () => {
  const answered = [{ expression: "true", action: "block", last_updated: "now", description: null }];
  expect(fromApi(rules, types, answered)).toEqual([{ expression: "true", action: "block" }]);
});

it("lists that the provider names in the plural have the API's own names", () => {
  const policy = "cloudflare:index/NotificationPolicyFilters:NotificationPolicyFilters";
  const ours = { statuses: ["Healthy"], healthCheckIds: ["1"], groupBies: ["a"], zones: ["z"], slos: ["1"] };
  const theirs = { status: ["Healthy"], health_check_id: ["1"], group_by: ["a"], zones: ["z"], slo: ["1"] };
  expect(toApi(policy, types, ours)).toEqual(theirs);
  expect(fromApi(policy, types, theirs)).toEqual(ours);
  const origin = "cloudflare:index/LoadBalancerPoolOrigin:LoadBalancerPoolOrigin";
  const address = { name: "api", address: "ref.supabase.co", flattenCname: false };
  expect(toApi(origin, types, { ...address, header: { hosts: ["a.example"] } })).toMatchObject({
    flatten_cname: false,
    header: { Host: ["a.example"] },
  });
  expect(fromApi(origin, types, { name: "api", header: { Host: ["a.example"] } })).toEqual({
    name: "api",
    header: { hosts: ["a.example"] },
  });
});
