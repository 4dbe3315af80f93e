import { createHmac } from "node:crypto";
import { getRequestListener } from "@hono/node-server";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { authSettings } from "../../../infra/backend/auth-settings.ts";
import { emailCalls } from "../../../infra/backend/function-calls.ts";
import { scheduleCalls } from "../../../infra/backend/schedule-calls.ts";
import { until } from "../../../testing/until.ts";
import { serve } from "../../../testing/serve.ts";
import { createAuth } from "../auth/auth.ts";
import { createKeys } from "../auth/keys.ts";
import { parseAuthSettings } from "../auth/settings.ts";
import { startTestClock, type TestClock } from "../cron/testing.ts";
import { startTestBackend, type TestBackend } from "../functions/testing/backend.ts";
import type { Worker } from "../functions/worker.ts";
import { createEmail, type EmailServices, localApiKeys } from "./email.ts";

/** The function as it is deployed, in real Deno on real Postgres, before stand-ins that check what the providers check. */

const hookKey = Buffer.alloc(32, 7);
const secret = "a secret of functions";
let backend: TestBackend;
/** The one that the database calls. */
let called: Worker;
let email: EmailServices;
let endpoints: { resend: string; brevo: string };

const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  backend = await startTestBackend((request) => called.fetch(request, "/send-email"), ["baseline", "free"]);
  closing.push(() => backend.close());
  email = createEmail();
  const [resend, brevo] = await Promise.all([serve(email.resend), serve(email.brevo)]);
  closing.push(resend.close, brevo.close);
  endpoints = { resend: resend.url, brevo: brevo.url };
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});
beforeEach(async () => {
  await backend.owner.query("delete from private.email_queue");
  delete email.faults.mode;
  delete email.faults.slow;
});

const start = (provider: "resend" | "brevo" = "resend", environment: Record<string, string> = {}) =>
  backend.start("send-email", {
    FUNCTIONS_SECRET: secret,
    EMAIL_PROVIDER: provider,
    EMAIL_ENDPOINT: endpoints[provider],
    EMAIL_API_KEY: localApiKeys[provider],
    EMAIL_FROM: "LavLay <hello@lavlay.example>",
    AUTH_HOOK_SECRET: `v1,whsec_${hookKey.toString("base64")}`,
    APP_URL: "https://app.lavlay.example",
    ...environment,
  });

const post = (worker: Worker, path: string, body: string, headers: Record<string, string>) =>
  worker.fetch(new Request(`http://function${path}`, { method: "POST", body, headers }), path);
const send = (worker: Worker, authorization = `Bearer ${secret}`) =>
  post(worker, "/send-email", "{}", { authorization });
const counts = async (worker: Worker) => (await (await send(worker)).json()) as Record<string, number>;

/** Messages to people who are in no other test: `name-1@…` and so on. */
async function queue(name: string, number: number): Promise<void> {
  await backend.owner.query(
    `select count(queue_email('welcome', null, $1 || '-' || n || '@people.example')) from generate_series(1, $2::int) as n`,
    [name, number],
  );
}
const sentTo = (name: string) => email.outbox.list().filter(({ to }) => to[0]?.startsWith(`${name}-`));
/** As if that time had passed for the queue. */
const later = (interval: string) =>
  backend.owner.query(
    `update private.email_queue set next_attempt_at = next_attempt_at - $1::interval,
       claimed_at = claimed_at - $1::interval, unsure_since = unsure_since - $1::interval where sent_at is null`,
    [interval],
  );
const state = async () =>
  (
    await backend.owner.query<Record<string, number>>(
      `select count(*)::int as all, count(sent_at)::int as sent, count(dead_at)::int as dead,
         (count(*) filter (where sent_at is null and dead_at is null))::int as waiting from private.email_queue`,
    )
  ).rows[0];

describe.each(["resend", "brevo"] as const)("the queue through %s", (provider) => {
  const name = (what: string) => `${what}-${provider}`;
  let worker: Worker;
  beforeAll(() => {
    worker = start(provider);
  });

  test("is sent, once, and forgets whom it was for", async () => {
    await queue(name("plain"), 3);
    expect(await counts(worker)).toMatchObject({ sent: 3, failed: 0 });
    expect(await counts(worker)).toMatchObject({ sent: 0 });
    expect(sentTo(name("plain"))).toHaveLength(3);
    expect(sentTo(name("plain"))[0]).toMatchObject({
      from: "LavLay <hello@lavlay.example>",
      subject: "Welcome to LavLay",
      text: expect.stringContaining("https://app.lavlay.example"),
      html: expect.stringContaining('<a href="https://app.lavlay.example">'),
    });
    const { rows } = await backend.owner.query("select address, data, provider_id from private.email_queue");
    expect(rows[0]).toEqual({ address: null, data: {}, provider_id: expect.stringMatching(/./) });
  });

  test.each(["down", 429, 500, 503] as const)("loses nothing while the provider is %s", async (mode) => {
    await queue(name(`out-${mode}`), 20);
    email.faults.mode = mode;
    for (let minutes = 0; minutes < 5; minutes++) {
      await counts(worker);
      await later("1 hour");
    }
    if (provider === "brevo" && mode === "down") {
      // A broken connection may have been too late, and Brevo remembers for minutes: those are kept for people.
      const { all, dead } = (await state())!;
      expect([all, sentTo(name(`out-${mode}`)).length]).toEqual([20, 0]);
      expect(dead).toBeGreaterThan(0);
      await backend.owner.query("select revive_emails(true)");
    } else {
      expect(await state()).toMatchObject({ all: 20, sent: 0, dead: 0, waiting: 20 });
    }
    delete email.faults.mode;
    await later("1 hour");
    await counts(worker);
    expect(await state()).toMatchObject({ sent: 20 });
    expect(new Set(sentTo(name(`out-${mode}`)).map(({ to }) => to[0])).size).toBe(20);
    expect(sentTo(name(`out-${mode}`))).toHaveLength(20);
  });

  test("does not go on asking a provider that fails", async () => {
    await queue(name("rest"), 200);
    email.faults.mode = 503;
    const { failed, released } = (await counts(worker)) as { failed: number; released: number };
    expect(failed).toBeLessThan(20);
    expect(failed + released).toBe(50);
    const { rows } = await backend.owner.query("select sum(attempts)::int as tried from private.email_queue");
    expect(rows[0].tried).toBe(failed);
  });

  test("sends nothing twice when an answer is lost", async () => {
    await queue(name("lost"), 4);
    email.faults.mode = "unanswered";
    expect(await counts(worker)).toMatchObject({ sent: 0, unsure: 4 });
    delete email.faults.mode;
    await later("10 minutes");
    expect(await counts(worker)).toMatchObject({ sent: 4 });
    expect(sentTo(name("lost"))).toHaveLength(4);
  });

  test("gives up what may have been sent once the provider has forgotten it", async () => {
    await queue(name("forgotten"), 1);
    email.faults.mode = "unanswered";
    await counts(worker);
    delete email.faults.mode;
    await later("25 hours");
    expect(await counts(worker)).toMatchObject({ sent: 0 });
    const { rows } = await backend.owner.query("select dead_at, last_error from private.email_queue");
    expect(rows).toEqual([{ dead_at: expect.any(Date), last_error: "unsure" }]);
    expect(sentTo(name("forgotten"))).toHaveLength(1);
    expect((await backend.owner.query("select revive_emails() as n")).rows).toEqual([{ n: 0 }]);
  });

  test("gives up what the provider refuses, with a code, and sends the rest", async () => {
    await queue(name("good"), 1);
    await backend.owner.query("select queue_email('welcome', null, 'no-domain@people')");
    expect(await counts(worker)).toMatchObject({ sent: 1, refused: 1 });
    const { rows } = await backend.owner.query(
      "select last_error from private.email_queue where dead_at is not null",
    );
    expect(rows[0].last_error).toMatch(/^(422 validation_error|400 invalid_parameter)$/);
    // Also of what was told without a reason.
    await backend.owner.query("update private.email_queue set last_error = null where dead_at is not null");
    expect((await backend.owner.query("select revive_emails() as n")).rows).toEqual([{ n: 1 }]);
  });

  test("waits while the key is wrong", async () => {
    await queue(name("key"), 1);
    const wrong = start(provider, { EMAIL_API_KEY: "wrong" });
    expect(await counts(wrong)).toMatchObject({ failed: 1 });
    await wrong.stop();
    await later("1 hour");
    expect(await counts(worker)).toMatchObject({ sent: 1 });
  });
});

test("a backlog of 10,000, two senders at once, killed at random: each message is sent once", async () => {
  await queue("backlog", 10_000);
  let done = false;
  let kills = 0;
  const employed: Worker[] = [];
  const employ = async (place: number): Promise<void> => {
    while (!done) {
      const worker = (employed[place] = start());
      // Dead, the next takes its place.
      while (!done && worker.isOpen) await send(worker).catch(() => {});
      await worker.stop();
    }
  };
  const started = performance.now();
  const employees = [employ(0), employ(1)];
  const total = () => new Set(sentTo("backlog").map(({ key }) => key)).size;
  for (let next = 700; next < 9_000; next += 1_000 + Math.floor(Math.random() * 500)) {
    await until(`${next} messages`, () => total() >= next);
    const victim = [employed[kills % 2], employed[(kills + 1) % 2]].find((worker) => worker?.isOpen);
    if (victim?.pid !== undefined) kills += Number(process.kill(victim.pid, "SIGKILL"));
  }
  // What a killed sender had claimed is claimed again when its deadline is over: as if it were.
  await until(
    "all sent",
    async () => {
      const { waiting = 0 } = (await state())!;
      if (total() >= 9_000)
        await backend.owner.query(
          `update private.email_queue set next_attempt_at = now() - interval '1 second'
       where sent_at is null and claimed_at < now() - interval '3 seconds'`,
        );
      return waiting === 0;
    },
    120_000,
  );
  const seconds = (performance.now() - started) / 1000;
  done = true;
  await Promise.all(employees);
  console.log(`10,000 e-mails by two senders, ${kills} killed: ${seconds.toFixed(1)} s`);
  expect(kills).toBeGreaterThan(4);
  expect(await state()).toEqual({ all: 10_000, sent: 10_000, dead: 0, waiting: 0 });
  expect(sentTo("backlog")).toHaveLength(10_000);
  expect(new Set(sentTo("backlog").map(({ to }) => to[0])).size).toBe(10_000);
}, 240_000);

test("nobody else starts it", async () => {
  await queue("stranger", 1);
  const worker = start();
  for (const authorization of [
    "",
    "Bearer ",
    "Bearer wrong",
    secret,
    `Bearer ${secret}x`,
    `Bearer ${secret.slice(1)}`,
  ]) {
    expect((await send(worker, authorization)).status).toBe(401);
  }
  expect((await worker.fetch(new Request("http://function/send-email"), "/send-email")).status).toBe(405);
  expect(sentTo("stranger")).toEqual([]);
});

describe("Supabase Auth's hook", () => {
  let worker: Worker;
  beforeAll(() => {
    worker = start();
  });
  let messages = 0;

  interface Signing {
    id?: string;
    seconds?: number;
    key?: Buffer;
    signed?: string;
  }
  function call(
    payload: unknown,
    { id, seconds = 0, key = hookKey, signed }: Signing = {},
    change = (s: string) => s,
  ) {
    const body = JSON.stringify(payload);
    const head = `${id ?? `msg_${++messages}`}`;
    const timestamp = String(Math.floor(Date.now() / 1000) + seconds);
    const mac = createHmac("sha256", key)
      .update(`${head}.${timestamp}.${signed ?? body}`)
      .digest("base64");
    return post(worker, "/send-email/hook", body, {
      "content-type": "application/json",
      "webhook-id": head,
      "webhook-timestamp": timestamp,
      "webhook-signature": change(`v1,${mac}`),
    });
  }
  const payload = (address: string, action = "signup", more: Record<string, string> = {}) => ({
    user: { id: "8484b834-f29e-4af2-bf42-80644d154f76", email: address, new_email: more["new_email"] },
    email_data: {
      token: "305805",
      token_hash: "7d5b7b1964cf5d388340a7f04f1dbb5eeb6c7b52ef8270e1737a58d0",
      redirect_to: "https://app.lavlay.example/?a=1&b=2",
      email_action_type: action,
      site_url: "http://localhost:9999",
      token_new: "",
      token_hash_new: "",
      ...more,
    },
  });
  const to = (address: string) => email.outbox.list().filter((each) => each.to[0] === address);

  test.each(["signup", "recovery", "magiclink", "invite"])(
    "sends a message of %s at once",
    async (action) => {
      const address = `${action}@people.example`;
      const answer = await call(payload(address, action));
      expect([answer.status, await answer.json()]).toEqual([200, {}]);
      const [message] = to(address);
      const link = `${backend.url}/auth/v1/verify?token=7d5b7b1964cf5d388340a7f04f1dbb5eeb6c7b52ef8270e1737a58d0&type=${action}&redirect_to=https%3A%2F%2Fapp.lavlay.example%2F%3Fa%3D1%26b%3D2`;
      expect(message?.text).toContain(link);
      expect(message?.text).toContain("305805");
      expect(message?.html).toContain(`href="${link.replaceAll("&", "&amp;")}"`);
    },
  );

  test("sends to both addresses when one changes, each its own token", async () => {
    await call(
      payload("old@people.example", "email_change", {
        new_email: "new@people.example",
        token: "111111",
        token_new: "222222",
        token_hash_new: "hash-of-old",
        token_hash: "hash-of-new",
      }),
    );
    expect(to("old@people.example")[0]?.text).toMatch(
      /token=hash-of-old[^]*111111|111111[^]*token=hash-of-old/,
    );
    expect(to("new@people.example")[0]?.text).toMatch(
      /token=hash-of-new[^]*222222|222222[^]*token=hash-of-new/,
    );
  });

  test("sends a message that comes again, or twice at once, once", async () => {
    // Auth gives each attempt an id of its own.
    const again = () => call(payload("twice@people.example"));
    const answers = await Promise.all([again(), again(), again()]);
    answers.push(await again());
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(to("twice@people.example")).toHaveLength(1);
  });

  test("keeps what the provider cannot take now, and sends it later", async () => {
    email.faults.mode = 503;
    expect((await call(payload("patient@people.example"))).status).toBe(200);
    expect(to("patient@people.example")).toEqual([]);
    delete email.faults.mode;
    await later("1 hour");
    await counts(worker);
    expect(to("patient@people.example")).toHaveLength(1);
  });

  test("answers in time while the provider is slow", async () => {
    email.faults.slow = 4_000;
    const started = performance.now();
    expect((await call(payload("slow@people.example"))).status).toBe(200);
    expect(performance.now() - started).toBeLessThan(4_000);
    delete email.faults.slow;
    await later("10 minutes");
    await counts(worker);
    await until("sent", () => to("slow@people.example").length > 0);
    expect((await state())?.["waiting"]).toBe(0);
    expect(to("slow@people.example")).toHaveLength(1);
  });

  test.each<[string, Signing, ((signature: string) => string)?]>([
    ["another key", { key: Buffer.alloc(32, 8) }],
    ["another body", { signed: "{}" }],
    ["no signature", {}, () => ""],
    ["a truncated signature", {}, (signature) => signature.slice(0, -8)],
    ["another version", {}, (signature) => signature.replace("v1,", "v2,")],
    ["no base64", {}, () => "v1,###"],
    ["a time that is past", { seconds: -301 }],
    ["a time that is to come", { seconds: 310 }],
    ["a strange id", { id: "a b" }],
  ])("refuses %s", async (_, signing, change) => {
    const answer = await call(payload("refused@people.example"), signing, change);
    expect([answer.status, await answer.json()]).toEqual([
      401,
      expect.objectContaining({ code: "wrong_signature" }),
    ]);
    expect(to("refused@people.example")).toEqual([]);
  });

  test.each(["v1,AAAA RIGHT", "v1,AAAA, RIGHT", "RIGHT, v1,AAAA"])(
    "takes one right signature among several: %s",
    async (several) => {
      const answer = await call(payload("rotated@people.example"), {}, (right) =>
        several.replace("RIGHT", right),
      );
      expect(answer.status).toBe(200);
    },
  );

  test("refuses what is not a message, and a body that is too large, with a code", async () => {
    for (const [body, status, code] of [
      [{}, 422, "unknown_message"],
      [[1], 400, "bad_request"],
      [payload("x@people.example", "surprise"), 422, "unknown_message"],
      [payload("no address"), 422, "unknown_message"],
      [payload("a@people.example", "signup", { site_url: "x".repeat(70_000) }), 413, "too_large"],
    ] as const) {
      const answer = await call(body);
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
    }
    expect((await call(payload("a@people.example", "password_changed_notification"))).status).toBe(200);
  });
});

describe("by the clock, with no more SQL than tier free has", () => {
  let clock: TestClock;
  beforeAll(async () => {
    called = start();
    clock = startTestClock(backend.superuserUrl);
    const client = new pg.Client({ connectionString: backend.databaseUrl });
    await client.connect();
    const functionsUrl = `${backend.url}/functions/v1`;
    await scheduleCalls(client, { functionsUrl, secret, calls: emailCalls }).finally(() => client.end());
  });
  afterAll(() => clock?.close());

  test("who signs up gets the link by mail, and whoever follows it is welcomed, once, when the provider is back", async () => {
    const hook = await serve(getRequestListener((request) => called.fetch(request, "/send-email/hook")));
    const pool = new pg.Pool({ connectionString: backend.superuserUrl }).on("error", () => {});
    const auth = createAuth({
      pool,
      keys: await createKeys("abcdefghijklmnopqrst"),
      issuer: `${backend.url}/auth/v1`,
      settings: () =>
        parseAuthSettings(
          authSettings({
            siteUrl: "https://app.lavlay.example",
            accessTokenSeconds: 3600,
            signInsPerFiveMinutes: 30,
            refreshesPerFiveMinutes: 150,
            emailHook: { uri: hook.url, secret: `v1,whsec_${hookKey.toString("base64")}` },
          }),
        ),
      log: () => {},
    });
    const sent = (to: string) => email.outbox.list().filter((each) => each.to[0] === to);
    try {
      const signUp = (address: string) =>
        auth.request("/signup", {
          method: "POST",
          body: JSON.stringify({ email: address, password: "correct horse" }),
        });
      const answers = await Promise.all(
        ["newcomer", "latecomer"].map((name) => signUp(`${name}@people.example`)),
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      const [message, ...more] = sent("newcomer@people.example");
      expect([message?.subject, more]).toEqual(["Confirm your address", []]);

      email.faults.mode = 503;
      const link = new URL(/https?:\S+\/verify\?\S+/.exec(message?.text ?? "")?.[0] ?? "");
      const followed = await auth.request(`/verify${link.search}`);
      expect(followed.headers.get("location")).toMatch(/^https:\/\/app\.lavlay\.example#access_token=/);
      await auth.request(`/verify${link.search}`);
      await clock.pass(1);
      expect(sent("newcomer@people.example")).toHaveLength(1);
      const { rows } = await backend.owner.query(
        "select template, attempts, last_error from private.email_queue where sent_at is null",
      );
      expect(rows).toEqual([{ template: "welcome", attempts: 1, last_error: expect.stringMatching(/^503/) }]);

      delete email.faults.mode;
      for (let minutes = 0; minutes < 2; minutes++) {
        await later("1 minute");
        await clock.pass(1);
      }
      expect(sent("newcomer@people.example").map(({ subject }) => subject)).toEqual([
        "Confirm your address",
        "Welcome to LavLay",
      ]);
      expect(sent("latecomer@people.example")).toHaveLength(1);
    } finally {
      await hook.close();
      await pool.end();
    }
  });

  test("what was sent a month ago is forgotten in the night", async () => {
    await queue("old", 2);
    await queue("recent", 1);
    await clock.pass(1);
    await backend.owner.query(
      "update private.email_queue set sent_at = sent_at - interval '31 days' where id in (select id from private.email_queue limit 2)",
    );
    expect(await state()).toMatchObject({ all: 3, sent: 3 });
    await clock.pass(24 * 60);
    expect(await state()).toMatchObject({ all: 1, sent: 1 });
  });
});

test("what people choose is text in a message, never markup or a header", async () => {
  const worker = start();
  await backend.owner.query("select queue_email('new-follower', null, 'victim@people.example', $1)", [
    JSON.stringify({ follower: `<img src=x onerror=alert(1)>"'&\r\nBcc: all@people.example` }),
  ]);
  await counts(worker);
  const message = email.outbox.list().find(({ to }) => to[0] === "victim@people.example");
  expect(message?.subject).toBe(`<img src=x onerror=alert(1)>"'& Bcc: all@people.example follows you`);
  expect(message?.html).toContain("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp; Bcc");
  expect(message?.html).not.toContain("<img");
});

test("says in the log what is missing, and nothing of the values", async () => {
  const worker = start("resend", {
    EMAIL_PROVIDER: "pigeon",
    EMAIL_API_KEY: "",
    EMAIL_ENDPOINT: "no address",
  });
  const answer = await send(worker);
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([500, "misconfigured"]);
  const line = backend.printed.findLast((each) => each.includes("misconfigured"));
  expect(line).toContain("EMAIL_PROVIDER is none of resend, brevo");
  expect(line).toContain("EMAIL_API_KEY is not set");
  expect(line).not.toContain("pigeon");
});

test("nothing personal and nothing secret is in any log", () => {
  const log = backend.printed.join("\n");
  expect(backend.printed.length).toBeGreaterThan(50);
  expect(log).not.toMatch(/people\.example|people\b.*@|305805|7d5b7b19|hash-of/);
  for (const value of [secret, localApiKeys.resend, localApiKeys.brevo, hookKey.toString("base64")]) {
    expect(log).not.toContain(value);
  }
});
