import { AwsClient } from "aws4fetch";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { emailCalls, jobCalls } from "../../../infra/backend/function-calls.ts";
import { scheduleCalls } from "../../../infra/backend/schedule-calls.ts";
import { until } from "../../../testing/until.ts";
import { serve } from "../../../testing/serve.ts";
import { startTestBackend, type TestBackend } from "../functions/testing/backend.ts";
import type { Worker } from "../functions/worker.ts";
import { accountId, secretOf, startTestStore } from "../object-store/test-store.ts";
import { startTestClock, type TestClock } from "./testing.ts";

/** The function as it is deployed, in real Deno on real Postgres and a real object store, called as the database calls it. */

const secret = "a secret of functions";
const mediaPath = new RegExp("^/(cdn-cgi/image/[^/]+/)?posts/ada/");
let backend: TestBackend;
let worker: Worker;
let store: Awaited<ReturnType<typeof startTestStore>>;
let media: { url: string; close(): Promise<void> };
let mediaStatus = 200;
const asked: string[] = [];
/** What the store takes for now. */
let storeTime = Date.now();
let s3: AwsClient;
const bucketUrl = () => `${store.endpoint}/media`;

beforeAll(async () => {
  store = await startTestStore({ now: () => storeTime });
  media = await serve((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(mediaPath.test(request.url ?? "") ? mediaStatus : 404).end("picture");
  });
  backend = await startTestBackend((request) => worker.fetch(request, "/process-jobs"));
  worker = startWorker();
  s3 = new AwsClient({
    accessKeyId: store.token.id,
    secretAccessKey: secretOf(store.token),
    service: "s3",
    region: "auto",
  });
});
afterAll(async () => {
  await backend?.close();
  await media?.close();
  await store?.close();
});
beforeEach(async () => {
  mediaStatus = 200;
  asked.length = 0;
  storeTime = Date.now();
  await backend.owner.query("select pgmq.purge_queue('jobs'), pgmq.purge_queue('dead_jobs')");
});

function startWorker(environment: Record<string, string> = {}): Worker {
  return backend.start("process-jobs", {
    FUNCTIONS_SECRET: secret,
    R2_ACCOUNT_ID: accountId,
    R2_ENDPOINT: store.endpoint,
    R2_BUCKET_NAME: "media",
    R2_ACCESS_KEY_ID: store.token.id,
    R2_SECRET_ACCESS_KEY: secretOf(store.token),
    R2_PUBLIC_URL: media.url,
    EMAIL_PROVIDER: "resend",
    IMAGE_TRANSFORMATIONS: "true",
    ...environment,
  });
}

const run = (which = worker, authorization = `Bearer ${secret}`) =>
  which.fetch(
    new Request("http://f/", { method: "POST", body: "{}", headers: { authorization } }),
    "/process-jobs",
  );
const counts = async (which = worker) => (await (await run(which)).json()) as Record<string, number>;
const number = async (sql: string, values: unknown[] = []) =>
  Number(Object.values((await backend.owner.query(sql, values)).rows[0] as object)[0]);
const enqueue = (kind: string, payload: unknown) =>
  backend.owner.query("select enqueue_job($1, $2)", [kind, JSON.stringify(payload)]);
const waiting = () => number("select count(*) from pgmq.q_jobs");
const addPost = async (author: string, values: { media_url?: string; media_type?: string } = {}) =>
  (
    await backend.owner.query<{ id: string }>(
      "insert into posts (user_id, content, media_url, media_type) values ($1, 'x', $2, $3) returning id",
      [author, values.media_url, values.media_type],
    )
  ).rows[0]!.id;

describe("fan-out", () => {
  test("tells 2,500 followers of a new post, each once, with two workers at it", async () => {
    const author = await backend.signUp("author");
    await backend.owner.query(
      `with made as (
         insert into auth.users (id, email) select gen_random_uuid(), 'f' || n || '@people.example'
         from generate_series(1, 2500) as n returning id)
       select count(*) from made`,
    );
    await backend.owner.query(
      "insert into follows (follower_id, following_id) select id, $1 from users where id <> $1",
      [author],
    );
    await backend.owner.query("select pgmq.purge_queue('jobs')");
    const post = await addPost(author);
    // The same job twice: what is done again has no effect.
    await enqueue("fan-out", { post });
    const other = startWorker();
    const both = await Promise.all([counts(), counts(other)]);
    await other.stop();
    expect(both[0]!["failed"]! + both[1]!["failed"]!).toBe(0);
    expect(await waiting()).toBe(0);
    const followers = await number("select count(*) from follows where following_id = $1", [author]);
    expect(followers).toBeGreaterThanOrEqual(2500);
    expect(await number("select count(*) from notifications where post_id = $1", [post])).toBe(followers);
  });

  test("tells of a follower, in the app and by e-mail, once", async () => {
    const [fan, star] = [await backend.signUp("fan"), await backend.signUp("star")];
    const follow = () => backend.owner.query("insert into follows values ($1, $2)", [fan, star]);
    await follow();
    expect(await counts()).toEqual({ done: 1, failed: 0, buried: 0 });
    await backend.owner.query("delete from follows where follower_id = $1", [fan]);
    await follow();
    await counts();
    expect(await number("select count(*) from notifications where user_id = $1", [star])).toBe(1);
    const { rows } = await backend.owner.query(
      "select template, data from private.email_queue where user_id = $1",
      [star],
    );
    expect(rows).toEqual([{ template: "new-follower", data: { follower: "fan" } }]);
  });

  test("leaves a post alone that is gone", async () => {
    await enqueue("fan-out", { post: "00000000-0000-4000-8000-000000000000" });
    expect(await counts()).toEqual({ done: 1, failed: 0, buried: 0 });
  });
});

describe("thumbnail", () => {
  test("asks for a new picture in every size", async () => {
    const ada = await backend.signUp("ada");
    await addPost(ada, { media_url: `${media.url}/posts/ada/1.jpg`, media_type: "image/jpeg" });
    expect(await counts()).toEqual({ done: 1, failed: 0, buried: 0 });
    expect(asked.sort()).toEqual([
      ...[1200, 1600, 480, 800].map(
        (width) => `/cdn-cgi/image/width=${width},fit=scale-down,format=auto/posts/ada/1.jpg`,
      ),
      "/posts/ada/1.jpg",
    ]);
  });

  test("asks no other host, and not below a folder's parent", async () => {
    const other = await serve((_, response) => response.writeHead(500).end());
    await enqueue("thumbnail", { url: `${other.url}/posts/ada/1.jpg` });
    await enqueue("thumbnail", { url: `${media.url}/posts/../secret` });
    await enqueue("thumbnail", { url: `${media.url}@evil.example/posts/1.jpg` });
    expect(await counts()).toEqual({ done: 3, failed: 0, buried: 0 });
    await other.close();
    expect(asked).toEqual([]);
  });

  test("is tried again where the media host fails", async () => {
    mediaStatus = 503;
    await enqueue("thumbnail", { url: `${media.url}/posts/ada/2.jpg` });
    expect(await counts()).toEqual({ done: 0, failed: 1, buried: 0 });
    expect(await waiting()).toBe(1);
    mediaStatus = 200;
    await backend.owner.query("update pgmq.q_jobs set vt = now()");
    expect(await counts()).toEqual({ done: 1, failed: 0, buried: 0 });
  });
});

describe("clean-up", () => {
  const put = async (key: string, ageHours: number) => {
    storeTime = Date.now() - ageHours * 3600 * 1000;
    // Signed for the time that the store takes for now.
    const datetime = new Date(storeTime).toISOString().replace(/[:-]|\.\d{3}/g, "");
    const answer = await s3.fetch(`${bucketUrl()}/${key}`, {
      method: "PUT",
      body: "x",
      aws: { datetime },
    });
    storeTime = Date.now();
    expect(answer.status).toBe(200);
  };
  const there = async (key: string) => (await s3.fetch(`${bucketUrl()}/${key}`, { method: "HEAD" })).ok;

  test("deletes the old files that nothing refers to, and no other", async () => {
    const bea = await backend.signUp("bea");
    const used = `posts/${bea}/used.jpg`;
    const avatar = `avatars/${bea}/face.png`;
    const reel = `videos/${bea}/clip.mp4`;
    const odd = `posts/${bea}/ö a+b.jpg`;
    const keys = [used, avatar, reel, `posts/${bea}/orphan.jpg`, odd, "elsewhere/file.bin"];
    for (const key of keys) await put(key.split("/").map(encodeURIComponent).join("/"), 30);
    await put(`posts/${bea}/fresh.jpg`, 2);
    await addPost(bea, { media_url: `${media.url}/${used}` });
    await backend.owner.query("update users set avatar_url = $2 where id = $1", [
      bea,
      `${media.url}/${avatar}`,
    ]);
    await backend.owner.query("insert into reels (user_id, media_url) values ($1, $2)", [
      bea,
      `${media.url}/${reel}`,
    ]);
    await backend.owner.query("select pgmq.purge_queue('jobs')");

    await enqueue("clean-up", {});
    expect(await counts()).toEqual({ done: 1, failed: 0, buried: 0 });
    const left = await Promise.all(
      [...keys, `posts/${bea}/fresh.jpg`].map((key) =>
        there(key.split("/").map(encodeURIComponent).join("/")),
      ),
    );
    expect(left).toEqual([true, true, true, false, false, true, true]);
    await enqueue("clean-up", {});
    expect(await counts()).toEqual({ done: 1, failed: 0, buried: 0 });
  });

  test("goes through a bucket of more than a page, a job for each", async () => {
    const keys = Array.from({ length: 1_005 }, (_, n) => `covers/many/${String(n).padStart(5, "0")}.png`);
    for (let at = 0; at < keys.length; at += 20) {
      await Promise.all(
        keys.slice(at, at + 20).map((key) => s3.fetch(`${bucketUrl()}/${key}`, { method: "PUT", body: "x" })),
      );
    }
    await enqueue("clean-up", {});
    // All of them are fresh: none goes.
    expect(await counts()).toEqual({ done: 2, failed: 0, buried: 0 });
    expect(await there(keys[1_004]!)).toBe(true);
  });

  test("fails, and is tried again, where the storage refuses", async () => {
    const broken = startWorker({ R2_SECRET_ACCESS_KEY: "wrong" });
    await enqueue("clean-up", {});
    expect(await counts(broken)).toEqual({ done: 0, failed: 1, buried: 0 });
    await broken.stop();
    expect(
      await number(
        "select count(*) from pgmq.q_jobs where message ->> 'error' = 'storage: 403 SignatureDoesNotMatch'",
      ),
    ).toBe(1);
  });
});

test("what can never be done is buried with why", async () => {
  await enqueue("surprise", {});
  await enqueue("fan-out", { post: "no id" });
  await enqueue("thumbnail", { url: 5 });
  await enqueue("constructor", {});
  expect(await counts()).toEqual({ done: 0, failed: 0, buried: 4 });
  const { rows } = await backend.owner.query(
    "select message ->> 'reason' as reason from pgmq.q_dead_jobs order by msg_id",
  );
  expect(rows.map(({ reason }) => reason as string).sort()).toEqual([
    "post is no id",
    "unknown kind",
    "unknown kind",
    "url is no address",
  ]);
});

test("nobody but the database starts it", async () => {
  await enqueue("thumbnail", { url: `${media.url}/posts/ada/3.jpg` });
  for (const authorization of ["", "Bearer wrong", `Bearer ${secret} `, `bearer ${secret}`]) {
    const { status } = await run(worker, authorization);
    // A header's value has no space at its end.
    expect(status, authorization).toBe(authorization === `Bearer ${secret} ` ? 200 : 401);
  }
});

describe("the database's calls", () => {
  let client: pg.Client;
  let clock: TestClock;
  beforeAll(async () => {
    client = new pg.Client({ connectionString: backend.databaseUrl });
    await client.connect();
    clock = startTestClock(backend.superuserUrl);
  });
  afterAll(async () => {
    await clock?.close();
    await client?.end();
  });
  const schedule = (calls = jobCalls) =>
    scheduleCalls(client, { functionsUrl: `${backend.url}/functions/v1`, secret, calls });
  const jobs = async () =>
    (
      await client.query(
        "select jobname, schedule, command from cron.job where jobname like 'lavlay-%' order by 1",
      )
    ).rows;
  const answers = async () =>
    (
      await client.query(
        "select status_code, content, timed_out, error_msg from net._http_response order by id",
      )
    ).rows;

  test("happen each minute, with the secret from the vault, and do what is in the queue", async () => {
    await schedule();
    await enqueue("thumbnail", { url: `${media.url}/posts/ada/4.jpg` });
    await clock.pass(1);
    expect(await waiting()).toBe(0);
    expect(await answers()).toEqual([
      { status_code: 200, content: '{"done":1,"failed":0,"buried":0}', timed_out: false, error_msg: null },
    ]);
    expect(await number("select count(*) from net.http_request_queue")).toBe(0);
  });

  test("are scheduled once, follow a changed secret, and go when they are declared no more", async () => {
    await schedule();
    await schedule();
    expect(await jobs()).toEqual(
      [...jobCalls]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ name, schedule, command }) => ({ jobname: name, schedule, command })),
    );
    await scheduleCalls(client, {
      functionsUrl: `${backend.url}/functions/v1`,
      secret: "another",
      calls: jobCalls,
    });
    const before = (await answers()).length;
    await clock.pass(1);
    expect(await answers(), "nothing is due, so nothing is called").toHaveLength(before);
    await client.query("select public.enqueue_job('clean-up')");
    await clock.pass(1);
    expect((await answers()).at(-1)).toMatchObject({ status_code: 401 });
    await schedule(emailCalls);
    expect((await jobs()).map(({ jobname }) => jobname as string)).toEqual([
      "lavlay-forget-emails",
      "lavlay-send-email",
    ]);
    expect(await number("select count(*) from vault.secrets where name like 'functions_%'")).toBe(2);
    await schedule([]);
    expect(await jobs()).toEqual([]);
  });

  test("what each does can be done by its owner", async () => {
    for (const { command } of [...emailCalls, ...jobCalls]) await client.query(command);
    await client.query("delete from net.http_request_queue");
  });

  test("are made once each, and what goes wrong is written down", async () => {
    await client.query("delete from net._http_response");
    const silent = await serve(() => {});
    await client.query(
      "select net.http_post('http://127.0.0.1:1/', '{}'), net.http_get('http://other.example/')",
    );
    await client.query("select net.http_get($1, timeout_milliseconds => 100)", [silent.url]);
    await client.query('select net.http_get($1, \'{"a b": "c&ö"}\')', [`${media.url}/posts/ada/x`]);
    await Promise.all([clock.net.tick(), clock.net.tick()]);
    await clock.net.idle();
    await until("all answered", async () => (await answers()).length === 4);
    expect(await answers()).toEqual([
      { status_code: null, content: null, timed_out: false, error_msg: expect.stringMatching(/./) },
      { status_code: null, content: null, timed_out: false, error_msg: "Couldn't resolve host name" },
      { status_code: null, content: null, timed_out: true, error_msg: "Timeout of 100 ms reached" },
      { status_code: 200, content: "picture", timed_out: false, error_msg: null },
    ]);
    expect(asked).toEqual(["/posts/ada/x?a%20b=c%26%C3%B6"]);
    await silent.close();
    await expect(
      client.query("select net.http_post('http://x/', headers => '{\"content-type\": \"text/plain\"}')"),
    ).rejects.toThrow('Content-Type header must be "application/json"');
  });
});

test("nothing personal and nothing secret is in any log", () => {
  const log = backend.printed.join("\n");
  expect(backend.printed.length).toBeGreaterThan(10);
  expect(log).not.toMatch(/people\.example|orphan\.jpg|\bfan\b.*star/);
  for (const value of [secret, secretOf(store.token)]) expect(log).not.toContain(value);
});
