import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localApiKeys } from "../../local/services/email/email.ts";
import { makeByHand, password as passwordByHand } from "../made-by-hand.ts";
import { until } from "../until.ts";
import { accepted, credentials } from "./credentials.ts";
import { queueMail, sentMail, tellResend, waiting } from "./mail.ts";
import { ada, operatedStack, type OperatedStack } from "./operated-stack.ts";
import { openRunbook, type Runbook } from "./runbook.ts";

const zone = "/cloudflare/client/v4/zones/0000000000000000000000000020ca10";

/** A function that answers nobody. */
const broken = `const served = Deno.serve;
Deno.serve = () => served(() => new Response("broken", { status: 503 }));
`;
/** SQL that nobody wanted. */
const shout = `create function private.shout() returns trigger language plpgsql as $$
  begin
    new.content := upper(new.content);
    return new;
  end $$;
create trigger shout before insert on public.posts for each row execute function private.shout();
`;

/** Each runbook to its end, as it stands. They build on each other, as the life of a stack does. */
describe("the runbooks, followed on the stack local", { timeout: 6 * 60_000 }, () => {
  let stack: OperatedStack;
  const open = (name: string, fillIn: Record<string, string> = {}) =>
    openRunbook(name, {
      root: stack.checkout.root,
      environment: stack.environment,
      fillIn: { STACK: "local", ...fillIn },
    });
  const edit = (file: string, change: (text: string) => string) => {
    const path = join(stack.checkout.root, file);
    writeFileSync(path, change(readFileSync(path, "utf8")));
  };
  const add = (file: string, text: string) => {
    const path = join(stack.checkout.root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const apply = async () => {
    const up = await stack.checkout.pulumi(["up", "--yes", "--skip-preview"]);
    expect(up.exitCode, up.stdout + up.stderr).toBe(0);
  };
  /** All that people have put in. */
  const data = async () => ({
    users: await stack.sql("select id, username from users order by id"),
    posts: await stack.sql("select id, content from posts order by id"),
  });
  const write = (post: string) =>
    stack.sql(`insert into posts (user_id, content) values ('${ada}', '${post}')`);
  const contents = async () =>
    (await stack.sql("select content from posts order by created_at")).map(({ content }) => content);
  const upload = async () =>
    (await fetch(`http://127.0.0.1:${stack.daemon().ports.api}/functions/v1/upload-media`)).status;

  beforeAll(async () => {
    stack = operatedStack();
    await stack.start();
    // Mail, with a key that the provider does not know: it is exchanged further below. And targets for a busy machine.
    edit("Pulumi.local.yaml", (yaml) => {
      const [, encrypted = ""] = /lavlay:databasePassword:\n\s+(secure: \S+)/.exec(yaml) ?? [];
      const objectives =
        "{ pageMilliseconds: 20000, apiMilliseconds: 10000, imageMilliseconds: 10000, queryMilliseconds: 10000 }";
      return `${yaml}  lavlay:objectives: ${objectives}\n  lavlay:email: { provider: resend, from: hello@lavlay.localhost }\n  lavlay:emailApiKey: { ${encrypted} }\n`;
    });
    stack.commit("The stack as it is declared");
  });
  afterAll(() => stack?.remove());

  it("first deployment: from nothing to a stack that meets its targets", async () => {
    const runbook = open("first-deployment.md");
    expect((await runbook.run("npm run plan")).stdout).toContain("media-bucket");
    await runbook.run("stack init");
    expect(readFileSync(join(stack.checkout.root, "Pulumi.local.yaml"), "utf8")).toContain("secure: v1:");
    expect((await runbook.run("npm run doctor")).stdout).toContain("Nothing is in the way");
    const preview = await runbook.run("preview -s");
    expect(preview.stdout).toMatch(/\+ \d+ to create/);
    expect(preview.stdout).not.toMatch(/to (update|delete|replace)/);
    expect(stack.records("r2Buckets")).toEqual([]);
    await runbook.run("up --yes");
    expect((await runbook.run("npm run drift")).stdout).toContain("no drift");
    expect((await runbook.run("npm run check")).stdout).toContain("Database query");
    runbook.end();

    expect(await stack.page()).toContain("<title>LavLay</title>");
    expect(await upload()).toBe(405);
    await stack.sql(`insert into auth.users (id, email) values ('${ada}', 'ada@lavlay.localhost')`);
    await write("Hello");
    await write("from Lagos");
    expect(await contents()).toEqual(["Hello", "from Lagos"]);
    stack.commit("Deployed");
  });

  let promotion: Runbook;
  it("promotion: more of everything, and the same data", async () => {
    const before = await data();
    promotion = open("promotion.md", { TIER: "team", LOWER_TIER: "free" });
    expect((await promotion.run("npm run promote")).stdout).toContain("job queue");
    await promotion.run("--write");
    // What the runbook leaves to the dashboards.
    await stack.vendor("PUT", "/local/plans", "SUPABASE_ACCESS_TOKEN", {
      cloudflare: "pro",
      supabase: "team",
      vercel: "pro",
      upstash: "payg",
    });
    expect((await promotion.run("npm run doctor")).stdout).toContain("Nothing is in the way");
    expect((await promotion.run("npm run review")).stdout).toContain("cache-redis");
    await promotion.run("preview -s");
    await promotion.run("up --yes");
    expect((await promotion.run("npm run drift")).stdout).toContain("no drift");
    expect(await data()).toEqual(before);
    expect(stack.records("redisDatabases")).toHaveLength(1);
    stack.commit("Tier team");
  });
  it("restore: what was lost is back, and what came later is gone", async () => {
    // The moment is only known once the runbook's first part is through: recovery begins with it.
    const before = await data();
    const runbook = open("restore.md", { MOMENT: "" });
    await runbook.run("pointInTimeRecoveryDays");
    const moment = new Date(Math.floor(Date.now() / 1_000) * 1_000 + 2_000);
    runbook.fill("MOMENT", moment.toISOString());
    await until("the moment is over", () => Date.now() > moment.getTime() + 10);
    await stack.sql("delete from posts where content = 'Hello'");
    await write("Too late");

    expect((await runbook.run("npm run restore -- --stack $STACK")).stdout).toContain("Any second from");
    expect((await runbook.run("--to $MOMENT")).stdout).toContain(moment.toISOString());
    expect(await data()).toEqual(before);

    // A backup from before the last of the SQL, restored by the dashboard.
    const [last] = await stack.sql(`
      drop index users_avatar_url_idx;
      delete from supabase_migrations.schema_migrations where version = '20260104001100';
      select to_regclass('users_avatar_url_idx') as index`);
    expect(last).toEqual({ index: null });
    await runbook.run("--reapply");
    expect(await stack.sql("select to_regclass('users_avatar_url_idx')::text as index")).toEqual([
      { index: "users_avatar_url_idx" },
    ]);
    expect((await runbook.run("npm run doctor")).stdout).toContain("all of it is applied");
    runbook.end();
    stack.commit("Recovery");
  });

  it("rollback: the old app and function are served, the SQL is undone, no post is lost", async () => {
    edit("app/index.html", (html) => html.replace("<title>LavLay</title>", "<title>Broken</title>"));
    edit("functions/upload-media/index.ts", (code) => broken + code);
    add("sql/free/20260201000000_shout.sql", shout);
    const bad = stack.commit("A bad idea");
    await apply();
    await write("quietly");
    expect([await stack.page(), await upload()]).toEqual([expect.stringContaining("Broken"), 503]);

    const runbook = open("rollback.md", { BAD: bad });
    await runbook.run("git revert");
    await runbook.run("npm run review");
    await runbook.run("preview -s");
    await runbook.run("up --yes");
    expect([await stack.page(), await upload()]).toEqual([
      expect.stringContaining("<title>LavLay</title>"),
      405,
    ]);
    await write("still quietly");
    const undo = runbook.take("sql", "drop trigger");
    add(/^-- (\S+)/.exec(undo)?.[1] ?? "", undo);
    expect((await runbook.run("npm run doctor")).stdout).toMatch(/SQL/);
    await runbook.run("up --yes");
    await write("as it was typed");
    runbook.end();
    expect((await contents()).slice(-3)).toEqual(["QUIETLY", "STILL QUIETLY", "as it was typed"]);
    stack.commit("Undone");
  });

  it("compromised token: what was changed with it is put back, and the old credentials are refused", async () => {
    const runbook = open("compromised-token.md");
    await stack.vendor("PATCH", "/local/accounts", "SUPABASE_ACCESS_TOKEN", {
      cloudflare: { token: { id: "f".repeat(32) } },
    });
    await stack.vendor("PATCH", `${zone}/settings/ssl`, "CLOUDFLARE_API_TOKEN", { value: "off" });
    await stack.deployByHand("<title>Phishing</title>");
    expect(await stack.page()).toContain("Phishing");

    await runbook.run("npm run doctor");
    expect((await runbook.run("npm run drift", { exitCode: 1 })).stdout).toMatch(
      /edge-ssl[^]*"strict" → "off"/,
    );
    await runbook.run("--refresh");
    const ssl = await stack.vendor("GET", `${zone}/settings/ssl`, "CLOUDFLARE_API_TOKEN");
    expect(ssl).toMatchObject({ result: { value: "strict" } });
    await runbook.run("web-deployment");
    expect(await stack.page()).toContain("<title>LavLay</title>");

    const old = credentials(stack);
    expect(await accepted(stack, old)).toEqual({ r2: 200, database: "accepted", functions: 200 });
    for (const what of ["r2", "database", "function-secrets"])
      expect((await runbook.run(`rotate -- --stack $STACK ${what}`)).stdout).toContain(
        "The old one is refused",
      );
    expect(await accepted(stack, old)).toEqual({ r2: 401, database: "28P01", functions: 401 });
    expect(await accepted(stack, credentials(stack))).toEqual({
      r2: 200,
      database: "accepted",
      functions: 200,
    });

    await queueMail(stack, "before");
    await until("the old key is refused", async () => (await waiting(stack)).includes("403 invalid_api_key"));
    await runbook.run("emailApiKey", { input: localApiKeys.resend });
    await runbook.run("up --yes");
    await queueMail(stack, "after");
    await until("mail goes out by the new key", async () => (await sentMail(stack)).length > 0);
    runbook.end();
    stack.commit("New credentials");
  });

  it("provider outage: what is down is named, mail goes by the other provider, an update is finished", async () => {
    const runbook = open("provider-outage.md");
    const postgres = join(stack.checkout.local, "postgres", "data", "postmaster.pid");
    process.kill(Number(readFileSync(postgres, "utf8").split("\n")[0]), "SIGKILL");
    expect((await runbook.run("npm run check", { exitCode: 1 })).stdout).toContain("api is down");
    await stack.checkout.lavlay(["stop"]);
    await stack.start();

    await tellResend(stack, { mode: "down" });
    await queueMail(stack, "meanwhile");
    await until("it waits", async () => (await waiting(stack)).includes("no answer"));
    await runbook.run("lavlay:email.provider");
    await runbook.run("lavlay:emailApiKey", { input: localApiKeys.brevo });
    await runbook.run("up --yes");
    await stack.sql(runbook.take("sql", "revive_emails"));
    const count = runbook.take("sql", "as waiting");
    await until("all of it is sent", async () => (await waiting(stack)).length === 0);
    expect(await stack.sql(count)).toEqual([{ waiting: "0" }]);
    await tellResend(stack, {});
    expect((await sentMail(stack)).map(({ provider }) => provider)).toContain("brevo");

    add("sql/team/20260302000000_notes.sql", "create table private.notes (id integer primary key);");
    const up = stack.checkout.pulumi(["up", "--yes", "--skip-preview"]);
    await stack.killEngineAt("database-migrations");
    expect((await up).exitCode).not.toBe(0);
    const locked = await stack.checkout.pulumi(["up", "--yes", "--skip-preview"]);
    expect(locked.stderr).toContain("the stack is currently locked");
    await runbook.run("cancel");
    await runbook.run("refresh");
    await runbook.run("npm run doctor");
    await runbook.run("up --yes");
    await runbook.run("--expect-no-changes");
    expect(await stack.sql("select count(*)::int from private.notes")).toEqual([{ count: 0 }]);
    await runbook.run("npm run check");
    runbook.end();
    stack.commit("After the outage");
  });

  it("the way down: what would lose data is refused, what can be made again goes, the data stays", async () => {
    const before = await data();
    await stack.sql("select enqueue_job('mail', '{}', 86400)");
    expect((await promotion.run("npm run demote", { exitCode: 2 })).stdout).toContain(
      "pointInTimeRecoveryDays",
    );
    const asked = ["--set", "lavlay:supabase.pointInTimeRecoveryDays=", "--accept", "recovery-points"];
    const refused = await stack.checkout.lavlay(["demote", "--stack", "local", "--to", "free", ...asked]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stdout).toMatch(/replicaRegions: eu-west-1 → \(none\)/);
    expect(refused.stdout).toMatch(/queue jobs: 1 waiting/);

    await promotion.run("replicaReads false");
    await stack.sql(promotion.take("sql", "purge_queue"));
    await promotion.run("--write");
    const views = () => stack.sql("select matviewname from pg_matviews");
    expect(await views()).toHaveLength(1);
    await promotion.run("up --yes");
    expect((await promotion.run("npm run drift")).stdout).toContain("no drift");
    promotion.end();
    expect(await views()).toEqual([]);
    expect(await data()).toEqual(before);
  });
});

describe("a stack that was made by hand", () => {
  let stack: OperatedStack;
  beforeAll(async () => {
    stack = operatedStack();
    await stack.start();
  });
  afterAll(() => stack?.remove());

  it("taking over: nothing is made twice or deleted, and the data is the same", async () => {
    const byHand = await makeByHand(stack.daemon(), stack.checkout.root);
    const [before, settings] = [await byHand.fingerprint(), await byHand.settings()];
    const runbook = openRunbook("taking-over.md", {
      root: stack.checkout.root,
      environment: stack.environment,
      fillIn: { STACK: "local", PROJECT: byHand.projectRef, WEB_PROJECT: byHand.webProjectId },
    });
    await runbook.run("stack init");
    await runbook.run("databasePassword", { input: passwordByHand });
    const { stdout: missing } = await runbook.run("npm run doctor", { exitCode: 1 });
    for (const line of missing.match(/^ +→ .*$/gm) ?? []) expect(line).toContain("Take it over");
    expect((await runbook.run("npm run adopt")).stdout).toContain("media-bucket");
    const { stdout: preview } = await runbook.run("--write");
    expect(preview).toMatch(/= \d+ to import/);
    expect(preview).not.toMatch(/to (delete|replace)/);
    await runbook.run("up --yes");
    expect(await byHand.settings()).toEqual(settings);
    expect(await byHand.fingerprint()).toEqual(before);
    await runbook.run("--release");
    expect((await runbook.run("--release --write")).stdout).toMatch(/~ \d+ to update/);
    await runbook.run("up --yes");
    expect((await runbook.run("npm run drift")).stdout).toContain("no drift");
    runbook.end();
    expect(await byHand.settings()).not.toEqual(settings);
    expect(await byHand.fingerprint()).toEqual(before);
  });
});
