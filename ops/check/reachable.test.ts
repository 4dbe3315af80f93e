import type { RequestListener } from "node:http";
import { afterEach, expect, test } from "vitest";
import { serve } from "../../testing/serve.ts";
import { ask, NoAnswer } from "./ask.ts";
import { whatAnswers } from "./reachable.ts";
import type { Site } from "./site.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function urlOf(listener: RequestListener, host = "127.0.0.1"): Promise<string> {
  const { port, close } = await serve(listener);
  undo.push(close);
  return `http://${host}:${port}`;
}
const answers = (status: number, headers = {}) =>
  urlOf((_request, response) => void response.writeHead(status, headers).end("[]"));
const refuses = "http://127.0.0.1:1";

test("app and API are up with 200, the media host with the CDN's own mark, a 404 for the bucket itself included", async () => {
  const up = {
    app: await answers(200),
    api: await answers(200),
    media: await answers(404, { "cf-ray": "1" }),
  };
  expect(await whatAnswers({ ...up, publishableKey: "key" } as Site)).toEqual({});
  const down = { app: refuses, api: await answers(503), media: await answers(404) };
  expect(await whatAnswers({ ...down, publishableKey: "key" } as Site)).toEqual({
    app: "127.0.0.1:1 did not answer (ECONNREFUSED)",
    api: "answers 503",
    media: "answers 404",
  });
});

test("a host that failed once is asked again", async () => {
  let asked = 0;
  const flaky = await urlOf(
    (_request, response) => void response.writeHead(++asked === 1 ? 500 : 200).end("[]"),
  );
  const site = { app: flaky, api: await answers(200), media: await answers(404, { "cf-ray": "1" }) };
  expect((await whatAnswers({ ...site, publishableKey: "key" } as Site)).app).toBeUndefined();
  expect(asked).toBe(2);
});

test("an answer that does not come, or not to its end, is not waited for", async () => {
  const silent = await urlOf(() => {});
  await expect(ask(silent, {}, 50)).rejects.toThrow(NoAnswer);
  const endless = await urlOf((_request, response) => void response.writeHead(200).write("begins"));
  await expect(ask(endless, {}, 50)).rejects.toThrow(/^127\.0\.0\.1:\d+ did not answer within 0\.05 s$/);
});

test("every localhost name is this machine, and the time is taken to the body's end", async () => {
  const url = await urlOf((_request, response) => {
    response.writeHead(200, { "x-is": "there" }).write("a");
    setTimeout(() => response.end("b"), 60);
  }, "app.lavlay.localhost");
  const { status, headers, body, ms } = await ask(url);
  expect([status, headers["x-is"], body.toString()]).toEqual([200, "there", "ab"]);
  expect(ms).toBeGreaterThan(50);
});
