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
