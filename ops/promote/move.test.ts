import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RefusedError } from "../../catalog/problem.ts";
import { parseStackFile } from "../../infra/settings/stack-file.ts";
import { tierNames, type Tier } from "../../infra/settings/schema.ts";
import { query, startTestPostgres, type TestPostgres } from "../../local/services/postgres/testing.ts";
import { tiers } from "../../infra/settings/tiers.ts";
import { planStack } from "../plan/plan.ts";
import { moveArguments } from "./arguments.ts";
import { databaseFromEnvironment } from "./database-access.ts";
import { planMove, type MoveOptions } from "./move.ts";
import { printMove } from "./print.ts";
import { looking, stackFolder, stackYaml } from "./testing.ts";

let postgres: TestPostgres;
let url: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
  ({ url } = await postgres.createDatabase());
});
afterAll(() => postgres?.close());

const replicasAtRest = "    replicaReads: false\n";
const sets = (...words: string[]) =>
  moveArguments("promote", ["--stack", "prod", "--to", "team", ...words.flatMap((word) => ["--set", word])])
    .set;

function move(yaml: string, to: Tier, more: Partial<MoveOptions> = {}) {
  const database = async () => ({ url });
  return planMove({ verb: "promote", stack: "prod", to, folder: stackFolder(yaml), database, ...more });
}
const down = (yaml: string, to: Tier, more: Partial<MoveOptions> = {}) =>
  move(yaml, to, { verb: "demote", ...more });
const keysOf = (refused: readonly { key: string }[]) => refused.map(({ key }) => key);

const pairs = tierNames.flatMap((from) => tierNames.filter((to) => to !== from).map((to) => ({ from, to })));

describe("every ordered pair of tiers", () => {
  it.each(pairs)("$from → $to", async ({ from, to }) => {
    const up = tierNames.indexOf(to) > tierNames.indexOf(from);
    const yaml = stackYaml(from, { supabase: replicasAtRest });
    const { move: planned, edit } = await move(yaml, to, {
      verb: up ? "promote" : "demote",
      accept: ["recovery-points"],
    });
    expect(planned.refused).toEqual([]);
    expect(planned).toMatchObject({ from, to, stack: "prod", target: { kind: "cloud", zone: "lavlay.com" } });

    // The YAML that would be written is a stack of that tier, with every plan of it.
    const { settings } = await planStack("prod", { file: parseStackFile(edit.after) });
    expect(settings.tier).toBe(to);
    if (settings.supabase.diskGigabytes !== undefined) {
      expect(settings.supabase.diskGigabytes).toBeGreaterThanOrEqual(tiers[from].diskGigabytes ?? 0);
    }
    // One line changes; a disk that is kept is one more.
    expect(planned.config.filter((line) => /^-[^-]/.test(line))).toEqual([
      `-  lavlay:tier: ${from} # since 2025-11`,
    ]);
    expect(planned.config.filter((line) => /^\+[^+]/.test(line))).toHaveLength(1 + planned.notes.length);

    const { effect } = planned;
    expect(effect?.changes.length).toBeGreaterThan(0);
    expect(effect?.changes.filter(({ refused, loss }) => refused || (loss?.of === "data" && up))).toEqual([]);
    expect(effect?.sql.map(({ label }) => label.split("/")[0])).toEqual(
      expect.arrayContaining(settings.database.sql.filter((folder) => !tiers[from].sql.includes(folder))),
    );
    const others = Object.entries(settings.plans).filter(
      ([vendor, plan]) => tiers[from].plans[vendor as "vercel"] !== plan,
    );
    const text = printMove(planned, looking(to));
    for (const [vendor] of others) {
      expect(effect?.byHand.some(({ what }) => what.toLowerCase().includes(vendor))).toBe(true);
    }
    expect(effect?.byHand.every(({ when }) => when === (up ? "before up" : "after up"))).toBe(true);
    expect(planned.capabilities.length).toBeGreaterThan(0);
    for (const name of planned.capabilities) expect(text).toContain(name);
    for (const { name } of effect?.changes ?? []) expect(text).toContain(name);
  });
});

describe("the report", () => {
  it.each<[Tier, Tier, string]>([
    ["free", "pro", ""],
    ["enterprise", "free", replicasAtRest],
  ])("%s → %s reads as an operator wants it", async (from, to, supabase) => {
    const verb = from === "free" ? "promote" : "demote";
    const accept = ["recovery-points"] as const;
    const { move: planned } = await move(stackYaml(from, { supabase }), to, { verb, accept });
    const text = printMove(planned, { ...looking(to), ...(verb === "demote" && { accept }) });
    await expect(`${stripVTControlCharacters(text)}\n`).toMatchFileSnapshot(`golden/${from}-to-${to}.txt`);
  });

  it("is the same from run to run", async () => {
    const once = async () =>
      printMove((await move(stackYaml("pro"), "enterprise")).move, looking("enterprise"));
    expect(await once()).toBe(await once());
  });

  it("tells every property where asked to", async () => {
    const { move: planned } = await move(stackYaml("pro"), "team");
    const text = stripVTControlCharacters(printMove(planned, { ...looking("team"), verbose: true }));
    expect(text).toMatch(/- sizeGb: 8\n.*\+ sizeGb: 50/);
    expect(printMove(planned, looking("team"))).not.toContain("sizeGb: 8");
  });

  it("holds no secret", async () => {
    const yaml = stackYaml("pro");
    const { move: planned } = await move(yaml, "team");
    const text = JSON.stringify(planned) + printMove(planned, { ...looking("team"), verbose: true });
    expect(text).not.toContain("v1:AAAA");
    expect(text).not.toContain(new URL(url).password);
  });

  it("says that the floor is above the budget", async () => {
    const yaml = stackYaml("pro", { more: "  lavlay:budget: { monthlyUsd: 100 }\n" });
    const { move: planned } = await move(yaml, "team");
    expect(printMove(planned, looking("team"))).toMatch(/above the budget of \$100/);
  });

  it("asks nobody for anything by hand on this machine", async () => {
    const { move: planned } = await move(
      stackYaml("pro", { more: "  lavlay:target: local\n" }),
      "enterprise",
    );
    expect(planned.effect?.byHand).toEqual([]);
    expect(printMove(planned, looking("enterprise"))).toContain("npm run pulumi -- preview -s prod");
  });

  it("names the steps that hang on what the stack has", async () => {
    const what = async (supabase: string) =>
      (await move(stackYaml("pro", { supabase }), "team")).move.effect?.byHand
        .map(({ what }) => what)
        .join("\n");
    expect(await what("")).toMatch(/physical backups/);
    expect(await what("    pointInTimeRecoveryDays: 7\n    computeSize: large\n")).not.toMatch(
      /physical backups/,
    );
    expect(await what("    replicaRegions: []\n")).not.toMatch(/physical backups/);
  });
});

describe("a way up", () => {
  it("says all that the configuration lacks, and takes it with --set", async () => {
    const yaml = stackYaml("free").replace(/ {2}lavlay:monitoring:[\s\S]*/, "");
    const { move: refused } = await move(yaml, "pro");
    expect(keysOf(refused.refused)).toEqual(["lavlay:monitoring.emails"]);
    expect(refused.effect).toBeUndefined();
    expect(printMove(refused, looking("pro"))).toMatch(/Refused: this cannot be written/);

    const set = sets('lavlay:monitoring.emails=["ops@x.yz"]');
    const { move: planned, edit } = await move(yaml, "pro", { set });
    expect(planned.refused).toEqual([]);
    expect(edit.after).toMatch(/\n {2}lavlay:monitoring:\n {4}emails: \[ops@x\.yz\]\n$/);
    expect(printMove(planned, { ...looking("pro"), set })).toContain(
      `--set 'lavlay:monitoring.emails=["ops@x.yz"]' --write`,
    );
  });

  it("asks what to do with a plan of its own that is too small, and drops it with --set", async () => {
    const yaml = stackYaml("pro", { supabase: "    plan: pro\n    poolSize: 10\n" });
    const { move: kept } = await move(yaml, "team");
    expect(kept.overrides).toEqual([
      { key: "lavlay:supabase.plan", value: '"pro"', tier: '"team"' },
      { key: "lavlay:supabase.poolSize", value: "10", tier: "80" },
    ]);
    expect(keysOf(kept.refused)).toEqual(["lavlay:supabase.realtimeConnections"]);

    const { move: dropped, edit } = await move(yaml, "team", { set: sets("lavlay:supabase.plan=") });
    expect(dropped.refused).toEqual([]);
    expect(keysOf(dropped.overrides)).toEqual(["lavlay:supabase.poolSize"]);
    expect(edit.after).not.toContain("    plan: pro");
  });

  it("does not ask about what is larger than the tier's already", async () => {
    const { move: planned } = await move(
      stackYaml("pro", { supabase: "    computeSize: 4xlarge\n" }),
      "team",
    );
    expect(planned.overrides).toEqual([]);
  });

  it("asks about a password that is not set as little as about one that is", async () => {
    const yaml = stackYaml("free", { supabase: "    plan: free\n" }).replace(
      / {2}lavlay:databasePassword.*\n.*\n/,
      "",
    );
    const { move: planned } = await move(yaml, "pro");
    expect(keysOf(planned.overrides)).toEqual(["lavlay:supabase.plan"]);
  });

  it("refuses to lose data on the side", async () => {
    const { move: planned } = await move(stackYaml("pro"), "team", {
      set: [...sets("lavlay:media.bucket=other"), ...sets("lavlay:supabase.diskGigabytes=8")],
    });
    expect(keysOf(planned.refused)).toEqual(["lavlay:media.bucket"]);
  });
});

describe("a way down", () => {
  it("is refused with all reasons: replicas in use, recovery points, jobs that wait", async () => {
    const own = await postgres.createDatabase();
    await query(own.superuserUrl, "create schema pgmq");
    await query(own.superuserUrl, "create table pgmq.q_jobs as select now() as enqueued_at");
    await query(own.superuserUrl, "grant usage on schema pgmq to postgres");
    await query(own.superuserUrl, "grant select on pgmq.q_jobs to postgres");
    const { move: refused } = await down(stackYaml("enterprise"), "free", {
      database: async () => ({ url: own.url }),
    });
    expect(keysOf(refused.refused)).toEqual([
      "lavlay:supabase.replicaRegions",
      "lavlay:supabase.replicaRegions",
      "lavlay:supabase.pointInTimeRecoveryDays",
      "queue jobs",
    ]);
    expect(refused.refused.at(-1)?.value).toMatch(/^1 waiting/);
  });

  it("is never allowed unseen, and says what to give", async () => {
    for (const [from, to] of [
      ["team", "pro"],
      ["pro", "free"],
      ["enterprise", "free"],
    ] as const) {
      const { move: refused } = await down(stackYaml(from, { supabase: replicasAtRest }), to, {
        accept: ["recovery-points"],
        database: async () => databaseFromEnvironment("prod", {}),
      });
      expect(keysOf(refused.refused)).toEqual(["DATABASE_URL"]);
    }
  });

  it("asks no database where the job queue stays and the disk grows", async () => {
    const { move: planned } = await down(stackYaml("enterprise", { supabase: replicasAtRest }), "team", {
      accept: ["recovery-points"],
      database: () => Promise.reject(new Error("it was asked")),
    });
    expect(planned.refused).toEqual([]);
  });

  it("tells no password when the database cannot be asked", async () => {
    const secret = "postgresql://postgres:hunter2@127.0.0.1:1/hunter2";
    const { move: refused } = await down(stackYaml("pro"), "free", {
      database: async () => ({ url: secret }),
    });
    expect(keysOf(refused.refused)).toEqual(["database"]);
    expect(JSON.stringify(refused)).not.toContain("hunter2");
  });

  it("keeps the disk by itself, and refuses to shrink it when told to", async () => {
    const yaml = stackYaml("enterprise", { supabase: replicasAtRest });
    const accept = ["recovery-points"] as const;
    const { move: kept, edit } = await down(yaml, "team", { accept });
    expect(edit.after).toContain("    diskGigabytes: 200\n");
    expect(kept.notes).toEqual([expect.stringContaining("200 GB")]);
    expect(keysOf(kept.overrides)).toEqual([]);

    const { move: refused } = await down(yaml, "team", {
      accept,
      set: sets("lavlay:supabase.diskGigabytes=100"),
    });
    expect(keysOf(refused.refused)).toEqual(["lavlay:supabase.diskGigabytes"]);
  });

  it("says of a disk of its own that Free has none to choose, and drops it with --set", async () => {
    const yaml = stackYaml("pro", { supabase: "    diskGigabytes: 20\n" });
    const { move: refused } = await down(yaml, "free");
    expect(keysOf(refused.refused)).toEqual(["lavlay:supabase.diskGigabytes"]);
    const { move: planned } = await down(yaml, "free", { set: sets("lavlay:supabase.diskGigabytes=") });
    expect(planned.refused).toEqual([]);
  });

  it("asks what to do with what the lower tier would not pay for", async () => {
    const supabase = `${replicasAtRest}    plan: team\n    computeSize: xlarge\n`;
    const { move: planned } = await down(stackYaml("team", { supabase }), "pro");
    expect(keysOf(planned.overrides)).toEqual(["lavlay:supabase.plan", "lavlay:supabase.computeSize"]);
  });

  it("lists what goes without loss, and what stays", async () => {
    const { move: planned } = await down(stackYaml("enterprise", { supabase: replicasAtRest }), "pro", {
      accept: ["recovery-points"],
    });
    const told = planned.effect?.leavings.map(({ how, what }) => `${how} ${what}`);
    expect(told).toEqual([
      "goes the API's host api.lavlay.com",
      "goes the read replica in eu-west-1",
      "goes the read replica in us-east-1",
      "goes Redis",
      "goes the dedicated pooler",
      "goes recovery to any second of the last 7 days",
      "goes daily backups older than 7 days",
      "goes what sql/enterprise made",
      "stays what sql/team made",
    ]);
  });
});

describe("what cannot be planned at all", () => {
  const message = (planning: Promise<unknown>) =>
    planning.then(
      () => "(not refused)",
      (error: unknown) => (error instanceof RefusedError ? error.message : `not a refusal: ${String(error)}`),
    );

  it("is the other direction, or none, which names the other verb", async () => {
    expect(await message(move(stackYaml("team"), "pro"))).toContain(
      "npm run demote -- --stack prod --to pro",
    );
    expect(await message(down(stackYaml("pro"), "team"))).toContain(
      "npm run promote -- --stack prod --to team",
    );
    expect(await message(move(stackYaml("team"), "team"))).toContain("There is nothing to do");
  });

  it("is a stack that there is not", async () => {
    expect(await message(move(stackYaml("team"), "pro", { stack: "production" }))).toMatch(
      /Known stacks are prod/,
    );
  });

  it("is a stack that is refused as it stands", async () => {
    const yaml = stackYaml("free", { supabase: "    computeSize: large\n" });
    expect(await message(move(yaml, "pro"))).toMatch(/large, but Supabase Free runs on nano/);
  });

  it("is a broken YAML, with its line", async () => {
    const yaml = stackYaml("free", { more: "  lavlay:tier: pro\n" });
    expect(await message(move(yaml, "pro"))).toMatch(/line 16: lavlay:tier: pro, but the YAML is broken/);
  });
});

it("planning touches no file", async () => {
  const folder = stackFolder(stackYaml("pro"));
  const before = readFileSync(join(folder, "Pulumi.prod.yaml"), "utf8");
  const { edit } = await move(before, "team", { folder });
  expect(readFileSync(join(folder, "Pulumi.prod.yaml"), "utf8")).toBe(before);
  expect(edit).toMatchObject({ before, file: join(folder, "Pulumi.prod.yaml") });
});
