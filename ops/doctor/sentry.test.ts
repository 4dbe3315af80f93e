import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { afterEach, expect, test } from "vitest";
import { testSettings } from "../../infra/settings/testing.ts";
import { createSentryApi } from "../../local/services/sentry-api/sentry-api.ts";
import { Store } from "../../local/state/store.ts";
import { serve } from "../../testing/serve.ts";
import { diagnose } from "./diagnose.ts";
import { sentryAccess, sentryChecks } from "./sentry.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const token = "s".repeat(64);

/** What is found of a stack with that configuration, where the team `web` is there. */
async function examine(sentry: object | undefined, environment: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "lavlay-sentry-"));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const store = new Store(join(folder, "state.json"));
  const type = "sentry:index/sentryTeam:SentryTeam";
  store.collection("recorded").put(`${type}/web`, {
    urn: "urn",
    type,
    id: "web",
    properties: { organization: "lavlay", slug: "web", name: "Web", internalId: "7" },
  });
  const { url: sentryApi, close } = await serve(getRequestListener(createSentryApi({ store, token }).fetch));
  undo.push(close);
  const read = testSettings({ sentry });
  const settings = { ...read, endpoints: { ...read.endpoints, sentryApi } };
  return diagnose({ settings, sentry: sentryAccess(settings, environment) }, sentryChecks);
}

const organization = "lavlay";

test("nothing is asked where the stack has no project there", async () => {
  expect(await examine(undefined, {})).toEqual([]);
});

test("a token that opens the organisation, and a team that is there", async () => {
  const findings = await examine({ organization, team: "web" }, { SENTRY_AUTH_TOKEN: token });
  expect(findings.map(({ what, verdict }) => [what, verdict])).toEqual([
    ["token", "ok"],
    ["team", "ok"],
  ]);
});

test.each<[string, Record<string, string>, RegExp]>([
  ["is missing", { SENTRY_TOKEN: token }, /SENTRY_AUTH_TOKEN is not set/],
  ["has no such form", { SENTRY_AUTH_TOKEN: "short" }, /holds 5 characters/],
  ["is dead", { SENTRY_AUTH_TOKEN: "d".repeat(64) }, /refuses SENTRY_AUTH_TOKEN: Invalid token \(401\)/],
])("a token that %s", async (_, environment, found) => {
  const findings = await examine({ organization, team: "web" }, environment);
  expect(findings).toEqual([
    expect.objectContaining({
      what: "token",
      verdict: "fail",
      found: expect.stringMatching(found),
      fix: expect.stringContaining("auth-tokens"),
    }),
    expect.objectContaining({ what: "team", verdict: "unknown" }),
  ]);
  for (const value of Object.values(environment)) expect(JSON.stringify(findings)).not.toContain(value);
});

test("a team that is not there", async () => {
  const findings = await examine({ organization, team: "other" }, { SENTRY_AUTH_TOKEN: token });
  expect(findings.at(-1)).toMatchObject({
    what: "team",
    verdict: "fail",
    found: expect.stringContaining("no team other"),
    fix: expect.stringContaining("lavlay:sentry.team"),
  });
});
