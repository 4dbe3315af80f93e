import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { evaluate, parseExpression, type RuleRequest } from "../../catalog/rules-language/index.ts";
import { declare } from "../../infra/program.ts";
import { testSettings } from "../../infra/settings/testing.ts";
import { display } from "./display.ts";
import { recordProgram, type DeclaredResource } from "./record.ts";

async function declared(changes: Record<string, unknown> = {}): Promise<DeclaredResource[]> {
  const settings = testSettings(changes);
  return recordProgram("lavlay", "test", async () =>
    declare(settings, { databasePassword: pulumi.secret("correct horse battery") }),
  );
}

const request = (host: string, path: string): RuleRequest => ({
  method: "GET",
  host,
  path,
  query: "",
  ssl: true,
  ip: "192.0.2.1",
  version: "HTTP/2",
  headers: new Map(),
  time: 0,
});

const inputs = (resource: DeclaredResource) => display(resource.inputs) as Record<string, unknown>;

describe("the program", () => {
  it("declares one ruleset per phase, each rule with a ref", async () => {
    const rulesets = (await declared()).filter(({ type }) => type.endsWith(":Ruleset")).map(inputs);
    expect(rulesets.map(({ phase }) => phase).sort()).toEqual([
      "http_ratelimit",
      "http_request_cache_settings",
      "http_request_firewall_custom",
      "http_response_headers_transform",
    ]);
    for (const { rules } of rulesets)
      for (const rule of rules as { ref?: string }[]) expect(rule.ref).toMatch(/./);
  });

  it.each(["free", "pro", "team", "enterprise"])(
    "refuses uploads that wait, within the rules of tier %s's plan",
    async (tier) => {
      const firewall = (await declared({ tier }))
        .map(inputs)
        .find(({ phase }) => phase === "http_request_firewall_custom");
      const [{ expression, action }] = firewall!["rules"] as [{ expression: string; action: string }];
      expect(action).toBe("block");
      const blocks = (host: string, path: string) =>
        evaluate(parseExpression(expression), request(host, path));
      expect(
        [
          ["media.lavlay.com", "/pending/posts/u/1.png"],
          ["media.lavlay.com", "/%70ending/posts/u/1.png"],
          ["media.lavlay.com", "/pending%2Fposts/u/1.png"],
          ["media.lavlay.com", "/cdn-cgi/image/width=640/pending/posts/u/1.png"],
          ["api.lavlay.com", "/cdn-cgi/image/width=640/https://media.lavlay.com/pending/posts/u/1.png"],
        ].filter(([host, path]) => !blocks(host!, path!)),
      ).toEqual([]);
      expect(
        [
          ["media.lavlay.com", "/posts/u/1.png"],
          ["media.lavlay.com", "/posts/pending-1.png"],
          ["media.lavlay.com", "/cdn-cgi/image/width=640/posts/u/1.png"],
          ["api.lavlay.com", "/rest/v1/pending/x"],
        ].filter(([host, path]) => blocks(host!, path!)),
      ).toEqual([]);
    },
  );

  it("protects and keeps what holds data on a cloud stack, and nothing on an unprotected one", async () => {
    const kept = (resources: DeclaredResource[]) =>
      resources
        .filter(({ protect, retainOnDelete }) => protect && retainOnDelete)
        .map(({ name }) => name)
        .sort();
    expect(kept(await declared())).toEqual(["backend-project", "media-bucket", "media-domain"]);
    expect(kept(await declared({ target: "local", protect: false }))).toEqual([]);
  });

  it("sends no secret in plain", async () => {
    const text = JSON.stringify((await declared()).map(({ inputs }) => inputs));
    const outside = text.replaceAll(
      /"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","value":"(?:[^"\\]|\\.)*"/g,
      "",
    );
    expect(text).toContain("correct horse battery");
    expect(outside).not.toContain("correct horse battery");
  });

  it("opens media and functions to the app's origin alone", async () => {
    const resources = await declared();
    const cors = resources.find(({ type }) => type.endsWith(":R2BucketCors"));
    expect(JSON.stringify(inputs(cors!))).toContain('"origins":["https://app.lavlay.com"]');
    expect(JSON.stringify(resources.map(({ inputs }) => inputs))).not.toMatch(/"origins":\["\*"\]/);
  });

  it("names no path of this machine", async () => {
    const text = JSON.stringify((await declared()).map(({ inputs: { __provider, ...rest } }) => rest));
    expect(text).not.toContain(process.cwd());
  });

  it("declares the same twice", async () => expect(await declared()).toEqual(await declared()));

  it("schedules also where nothing is called, so that what was called is called no more", async () => {
    const schedule = (await declared({ monitoring: { enabled: false } })).find(
      ({ name, type }) => name === "backend-function-calls" && type === "command:local:Command",
    );
    expect(inputs(schedule!)["triggers"]).toEqual(["[]"]);
  });

  it("tells a paid project its compute, and a free one not", async () => {
    const size = async (changes: object) =>
      inputs((await declared({ ...changes })).find(({ type }) => type === "supabase:index/project:Project")!)[
        "instanceSize"
      ];
    expect(await size({})).toBeUndefined();
    expect(await size({ tier: "pro" })).toBe("micro");
  });
});
