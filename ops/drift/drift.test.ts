import { describe, expect, it } from "vitest";
import { printDrift } from "./print.ts";
import { readEvents } from "./refreshed.ts";
import { driftReport } from "./report.ts";

const root = "urn:pulumi:local::lavlay::pulumi:pulumi:Stack::lavlay-local";
const component = "urn:pulumi:local::lavlay::lavlay:edge:Edge::edge";
const secret = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};

interface Told {
  type?: string;
  name?: string;
  op?: string;
  inputs?: object;
  before?: object;
  after?: object;
  detailedDiff?: object | null;
}

/** The events of one resource, with those of what it stands in. */
function events({ type = "cloudflare:index/ruleset:Ruleset", name = "edge-cache", ...told }: Told): string {
  const { op = "update", inputs = {}, before = inputs, after = before, detailedDiff = null } = told;
  const state = (outputs: object) => ({ type, custom: true, parent: component, inputs, outputs });
  const urn = `urn:pulumi:local::lavlay::lavlay:edge:Edge$${type}::${name}`;
  const lines = [
    {
      resOutputsEvent: {
        metadata: { op: "same", urn: root, type: "pulumi:pulumi:Stack", old: { type: "" } },
      },
    },
    {
      resOutputsEvent: {
        metadata: { op: "same", urn: component, type: "lavlay:edge:Edge", old: { type: "", parent: root } },
      },
    },
    { resourcePreEvent: { metadata: { op: "refresh", urn } } },
    {
      resOutputsEvent: {
        metadata: {
          op,
          urn,
          type,
          old: state(before),
          new: op === "delete" ? undefined : state(after),
          detailedDiff,
        },
      },
    },
    { summaryEvent: {} },
  ];
  return ["Previewing refresh:", ...lines.map((line) => JSON.stringify(line))].join("\n");
}

const report = (told: Told) => driftReport("local", readEvents(events(told)).resources);
const differences = (told: Told) => report(told).drifted.flatMap((each) => each.differences);
const ignored = (told: Told) => report(told).ignored.map(({ path, reason }) => `${path}: ${reason}`);

describe("what the engine's events say", () => {
  it("is the resource with the components it stands in", () => {
    const [drifted] = report({ op: "delete" }).drifted;
    expect(drifted).toMatchObject({ name: "edge-cache", path: ["edge"], gone: true, differences: [] });
  });

  it("is nothing where nothing differs", () => {
    const found = report({ op: "same", inputs: { a: 1 } });
    expect(found).toMatchObject({ read: 1, drifted: [], ignored: [] });
    expect(found.repair).toBeUndefined();
  });

  it("is the engine's complaints, by resource", () => {
    const said = {
      severity: "error",
      message: " no token\n",
      urn: "urn:pulumi:local::lavlay::t::media-bucket",
    };
    const lines = [{ diagnosticEvent: said }, { diagnosticEvent: { severity: "warning", message: "old" } }];
    expect(readEvents(lines.map((line) => JSON.stringify(line)).join("\n")).errors).toEqual([
      "media-bucket: no token",
    ]);
  });
});

describe("a difference", () => {
  it("is told by the rule's own name, wherever it stands, and without what the vendor makes up", () => {
    const rule = (ref: string, expression: string, id: string) => ({ ref, expression, id });
    const inputs = {
      rules: [
        { ref: "a", expression: "x" },
        { ref: "b", expression: "y" },
      ],
    };
    const told: Told = {
      inputs,
      before: { rules: [rule("a", "x", "1"), rule("b", "y", "2")], version: "1" },
      after: { rules: [rule("b", "z", "3"), rule("a", "x", "1")], version: "7" },
      detailedDiff: { "rules[0].ref": { kind: "update" } },
    };
    expect(differences(told)).toEqual([
      { path: "rules[b].expression", declared: '"y"', found: '"z"' },
      { path: "rules (order)", declared: "a, b", found: "b, a" },
    ]);
    expect(ignored(told)).toEqual([
      "rules[b].id: the vendor's name of a rule: `ref` is ours",
      "version: counts the vendor's changes",
    ]);
  });

  it("is told inside a text of JSON, of the keys that the provider tells", () => {
    const told: Told = {
      type: "supabase:index/settings:Settings",
      inputs: { auth: '{"jwt_exp":3600}' },
      after: { auth: '{"jwt_exp":60}' },
      detailedDiff: { auth: { kind: "update" } },
    };
    expect(differences(told)).toEqual([{ path: "auth.jwt_exp", declared: "3600", found: "60" }]);
  });

  it("is told where the provider names no property, as of dynamic resources", () => {
    const told: Told = {
      inputs: { poolSize: 15, __provider: "text" },
      after: { poolSize: 7, __provider: "other" },
    };
    expect(differences(told)).toEqual([{ path: "poolSize", declared: "15", found: "7" }]);
  });

  it("of a secret is told by the provider alone, masked on both sides", () => {
    const told: Told = {
      type: "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable",
      inputs: { value: secret },
      detailedDiff: { value: { kind: "update" } },
    };
    expect(differences(told)).toEqual([{ path: "value", declared: "[secret]", found: "[secret]" }]);
  });

  it("of a function's secret is told by its digest, of which nothing is printed", () => {
    const told: Told = {
      type: "supabase:index/edgeFunctionSecrets:EdgeFunctionSecrets",
      inputs: { secrets: secret },
      before: { secrets: secret, secretDigests: { A: "11", B: "22" } },
      after: { secrets: secret, secretDigests: { A: "33" } },
      detailedDiff: { "secrets[0].value": { kind: "update" } },
    };
    expect(differences(told)).toEqual([
      { path: "secrets.A", declared: "[secret]", found: "[secret]" },
      { path: "secrets.B", declared: "[secret]" },
    ]);
  });

  it("of a function's code is told though its provider sees none, and is put right by making it anew", () => {
    const told: Told = {
      type: "supabase:index/edgeFunction:EdgeFunction",
      name: "backend-upload-media",
      op: "same",
      inputs: { slug: "upload-media" },
      before: { slug: "upload-media", checksum: "aa", updatedAt: 1 },
      after: { slug: "upload-media", checksum: "bb", updatedAt: 2 },
    };
    expect(differences(told)).toEqual([{ path: "code", declared: '"aa"', found: '"bb"' }]);
    expect(report(told).repair).toMatch(
      /^npm run pulumi -- up -s local --refresh --replace '.*EdgeFunction::backend-upload-media' --replace '.*FunctionJwtCheck::backend-upload-media-jwt-check'$/,
    );
  });
});

describe("what is no drift", () => {
  it.each([
    ["modifiedOn", "2026-01-01", "2026-02-02", "the vendor's clock"],
    ["editable", true, false, "worked out by the vendor: nothing declares it"],
  ])("%s is ignored, with its reason", (name, before, after, reason) => {
    const told: Told = {
      op: "same",
      inputs: { a: 1 },
      before: { a: 1, [name]: before },
      after: { a: 1, [name]: after },
    };
    expect(differences(told)).toEqual([]);
    expect(ignored(told)).toEqual([`${name}: ${reason}`]);
  });

  it("is what the provider holds to be the same", () => {
    const told: Told = { op: "same", inputs: { location: "weur" }, after: { location: "WEUR" } };
    expect(differences(told)).toEqual([]);
    expect(ignored(told)).toEqual(["location: its provider takes both for the same"]);
  });

  it("is a function's file here that has changed since", () => {
    const told: Told = {
      type: "supabase:index/edgeFunction:EdgeFunction",
      inputs: { entrypoint: "index.js" },
      before: { entrypoint: "index.js", localChecksum: "aa" },
      detailedDiff: { localChecksum: { kind: "update" } },
    };
    expect(differences(told)).toEqual([]);
    expect(ignored(told)).toEqual(["localChecksum: the code here has changed: an update deploys it"]);
  });
});

it("a long value is shortened for a terminal, and what is ignored, unknown and to be done stands below", () => {
  const told: Told = {
    inputs: { description: "short" },
    before: { description: "short", version: "1" },
    after: { description: "x".repeat(500), version: "2" },
    detailedDiff: { description: {} },
  };
  const text = printDrift(report(told));
  expect(text).toContain("…");
  expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThan(250);
  expect(text).toContain("1 of 1 resources are not as they were applied");
  expect(text).toContain("Ignored: edge-cache version (counts the vendor's changes)");
  expect(text).toContain("Not told by the vendors: rules in phases of the zone");
  expect(text).toMatch(/npm run pulumi -- up -s local --refresh/);
});
