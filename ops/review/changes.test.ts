import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PlannedResource } from "../plan/plan.ts";
import { changesBetween, needsEye } from "./changes.ts";

const bucketType = "cloudflare:index/r2Bucket:R2Bucket";
const rulesetType = "cloudflare:index/ruleset:Ruleset";

function resource(
  name: string,
  inputs: Record<string, unknown> = {},
  more: Partial<PlannedResource> = {},
): PlannedResource {
  const type = more.type ?? "cloudflare:index/tieredCache:TieredCache";
  const urn = `urn:pulumi:prod::lavlay::${type}::${name}`;
  return { urn, type, name, path: [], inputs, protect: false, retainOnDelete: false, ...more };
}
const bucket = (name: string, protect = true) =>
  resource("media-bucket", { name }, { type: bucketType, protect });
const ruleset = (...rules: object[]) =>
  resource("edge-rate-limit", { phase: "http_ratelimit", rules }, { type: rulesetType });

describe("a change", () => {
  it("that keeps a resource says each property, before and after", () => {
    expect(
      changesBetween([resource("a", { value: "on", ttl: 1 })], [resource("a", { value: "off", ttl: 1 })]),
    ).toEqual([
      expect.objectContaining({
        kind: "update",
        name: "a",
        properties: [{ path: "value", before: '"on"', after: '"off"' }],
        loss: undefined,
      }),
    ]);
  });

  it("that renames the bucket is a replacement that loses data and is refused", () => {
    const [change] = changesBetween([bucket("media")], [bucket("other")]);
    expect(change).toMatchObject({
      kind: "replace",
      replacedBy: ["name"],
      loss: { of: "data", what: "every file that people have uploaded" },
      refused: true,
    });
    expect(needsEye(change!)).toBe(true);
  });

  it("that takes protection away says so", () => {
    expect(changesBetween([bucket("media")], [bucket("media", false)])).toEqual([
      expect.objectContaining({
        kind: "update",
        loss: { of: "protection", what: "its protection against deletion" },
        properties: [{ path: "(protected)", before: "true", after: "false" }],
      }),
    ]);
  });

  it("that drops a phase, or a rule of one, is a loss of protection", () => {
    const rule = (ref: string, more: object = {}) => ({ ref, expression: "true", ...more });
    expect(changesBetween([ruleset(rule("per-address"))], [])).toEqual([
      expect.objectContaining({
        kind: "delete",
        loss: { of: "protection", what: "all rules of the phase http_ratelimit: per-address" },
      }),
    ]);
    const [change] = changesBetween(
      [ruleset(rule("per-address"), rule("route-videos"))],
      [ruleset(rule("per-address"))],
    );
    expect(change).toMatchObject({
      kind: "update",
      loss: { of: "protection", what: "the rule route-videos" },
    });
  });

  it("of a list goes by the items' names, and says when only their order changes", () => {
    const [a, b] = [
      { ref: "a", expression: "1" },
      { ref: "b", expression: "2" },
    ];
    expect(changesBetween([ruleset(a, b)], [ruleset({ ...b, expression: "3" }, a)])[0]?.properties).toEqual([
      { path: "rules[b].expression", before: '"2"', after: '"3"' },
      { path: "rules (order)", before: "a, b", after: "b, a" },
    ]);
  });

  it("that runs the SQL again, or deploys, is routine", () => {
    const migrations = (hash: string) =>
      resource("database-migrations", { triggers: [hash] }, { type: "command:local:Command" });
    const [change] = changesBetween([migrations("1")], [migrations("2")]);
    expect(change).toMatchObject({ kind: "replace", routine: true });
    expect(needsEye(change!)).toBe(false);
  });

  it("of a read replica's region makes another one", () => {
    const replica = (region: string) =>
      resource("replica", { region }, { type: "pulumi-nodejs:dynamic/lavlay/backend:ReadReplica" });
    expect(changesBetween([replica("eu-west-1")], [replica("us-east-1")])).toEqual([
      expect.objectContaining({ kind: "replace", loss: expect.objectContaining({ of: "service" }) }),
    ]);
  });

  it("never tells a secret, even one that was plain before or is plain after", () => {
    const before = resource("a", {
      token: "hunter2",
      nested: [{ password: "[secret]" }],
      list: ["[secret]", "x"],
    });
    const after = resource("a", { token: "[secret]", nested: [{ password: "hunter3" }], list: "hunter4" });
    const text = JSON.stringify(changesBetween([before], [after]));
    expect(text).toContain("[secret]");
    expect(text).not.toMatch(/hunter/);
  });
});

it("the most dangerous comes first", () => {
  const before = [
    bucket("media"),
    ruleset({ ref: "a" }),
    resource("zz-gone"),
    resource("edit", { value: 1 }),
    resource("run", { triggers: [1] }, { type: "command:local:Command" }),
    resource("record", { zoneId: "a" }, { type: "cloudflare:index/dnsRecord:DnsRecord" }),
  ];
  const after = [
    bucket("other"),
    resource("edit", { value: 2 }),
    resource("run", { triggers: [2] }, { type: "command:local:Command" }),
    resource("record", { zoneId: "b" }, { type: "cloudflare:index/dnsRecord:DnsRecord" }),
    resource("aa-new"),
  ];
  expect(changesBetween(before, after).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    "replace media-bucket",
    "delete edge-rate-limit",
    "delete zz-gone",
    "replace record",
    "update edit",
    "replace run",
    "create aa-new",
  ]);
});

/** Plans with few names, so that many resources are in both. */
const anyPlan = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom("a", "b", "c", "d", "e"),
      inputs: fc.dictionary(
        fc.constantFrom("name", "value", "rules", "zoneId"),
        fc.oneof(
          fc.constantFrom("x", "y", "[secret]"),
          fc.integer(),
          fc.array(fc.record({ ref: fc.constantFrom("1", "2") })),
        ),
      ),
      type: fc.constantFrom(bucketType, rulesetType, "cloudflare:index/tieredCache:TieredCache"),
      protect: fc.boolean(),
    }),
    { selector: ({ name, type }) => `${type} ${name}` },
  )
  .map((resources) => resources.map(({ name, inputs, ...more }) => resource(name, inputs, more)));

describe("for any two plans", () => {
  it("a plan does not differ from itself", () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        expect(changesBetween(plan, structuredClone(plan))).toEqual([]);
      }),
    );
  });

  it("the way back mirrors the way there", () => {
    const mirror = { create: "delete", delete: "create", update: "update", replace: "replace" } as const;
    fc.assert(
      fc.property(anyPlan, anyPlan, (left, right) => {
        const there = changesBetween(left, right);
        const back = changesBetween(right, left);
        const told = (changes: typeof there, turned: boolean) =>
          changes
            .map(({ kind, type, name, properties }) => ({
              kind: turned ? mirror[kind] : kind,
              id: `${type} ${name}`,
              properties: properties.map(({ path, before, after }) =>
                turned ? { path, before: after, after: before } : { path, before, after },
              ),
            }))
            .sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(told(back, true)).toEqual(told(there, false));
      }),
    );
  });

  it("the order in which resources are declared does not matter", () => {
    fc.assert(
      fc.property(anyPlan, anyPlan, (left, right) => {
        expect(changesBetween(left.toReversed(), right.toReversed())).toEqual(changesBetween(left, right));
      }),
    );
  });

  it("every resource that differs is told once", () => {
    fc.assert(
      fc.property(anyPlan, anyPlan, (left, right) => {
        const names = changesBetween(left, right).map(({ type, name }) => `${type} ${name}`);
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });
});
