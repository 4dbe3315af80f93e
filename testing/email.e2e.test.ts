import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "@supabase/supabase-js";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localApiKeys } from "../local/services/email/email.ts";
import type { SentEmail } from "../local/services/email/outbox.ts";
import { checkOut, type Checkout } from "./checkout.ts";
import { until } from "./until.ts";

const address = "ada@lavlay.example";

describe("e-mail on tier free", () => {
  let checkout: Checkout;
  let started: { api: string; publishableKey: string };
  let databaseUrl: string;

  const isDone = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await checkout.pulumi(args);
    expect(exitCode, stdout + stderr).toBe(0);
    return stdout;
  };
  const set = (key: string, value: string, ...flags: string[]) =>
    isDone("config", "set", ...flags, `lavlay:${key}`, value);
  const sql = async <Row extends pg.QueryResultRow>(text: string) => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end();
    }
  };
  const scheduled = async () =>
    (await sql<{ jobname: string }>("select jobname from cron.job order by 1")).map(({ jobname }) => jobname);
  const sent = async () => {
    const { management } = JSON.parse(readFileSync(join(checkout.local, "ports.json"), "utf8")) as {
      management: number;
    };
    const answer = await fetch(`http://127.0.0.1:${management}/resend/local/emails`, {
      headers: { authorization: `Bearer ${localApiKeys.resend}` },
    });
    return (await answer.json()) as SentEmail[];
  };

  beforeAll(async () => {
    checkout = checkOut();
    const { exitCode, stdout, stderr } = await checkout.lavlay(["start", "--detach", "--json"]);
    expect(exitCode, stderr).toBe(0);
    started = JSON.parse(stdout) as typeof started;
    const outputs = JSON.parse(await isDone("stack", "output", "--json", "--show-secrets"));
    ({ databaseUrl } = outputs as { databaseUrl: string });
  });
  afterAll(() => checkout?.remove());

  it("is scheduled when it is turned on", async () => {
    expect(await scheduled()).toEqual(["forget-cron-runs"]);
    await set("email.provider", "resend", "--path");
    await set("email.from", "hello@lavlay.localhost", "--path");
    await set("emailApiKey", localApiKeys.resend, "--secret");
    await isDone("up", "--yes", "--skip-preview");
    expect(await scheduled()).toEqual(["forget-cron-runs", "lavlay-forget-emails", "lavlay-send-email"]);
  });

  it("a welcome leaves within a minute of the confirmation, with no other mail to take it along", async () => {
    const { auth } = createClient(started.api, started.publishableKey, {
      auth: { persistSession: false, autoRefreshToken: false },
    });
    const { error } = await auth.signUp({ email: address, password: "a good password" });
    expect(error).toBeNull();
    const [message] = await sent();
    expect(message).toMatchObject({ to: [address], subject: "Confirm your address" });
    const link = /https?:\S+\/verify\?\S+/.exec(message?.text ?? "")?.[0] ?? "";
    expect((await fetch(link, { redirect: "manual" })).headers.get("location")).toContain("access_token=");

    await until("the welcome", async () => (await sent()).length > 1, 90_000);
    expect((await sent()).map(({ to, subject }) => [to, subject])).toEqual([
      [[address], "Confirm your address"],
      [[address], "Welcome to LavLay"],
    ]);
    await until("it is written down", async () => {
      const waiting = await sql("select from private.email_queue where sent_at is null");
      return waiting.length === 0;
    });
  });

  it("is scheduled no more when it is turned off", async () => {
    await isDone("config", "rm", "lavlay:email");
    await isDone("up", "--yes", "--skip-preview");
    expect(await scheduled()).toEqual(["forget-cron-runs"]);
  });
});
