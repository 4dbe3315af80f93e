import { afterEach, beforeEach, expect, test } from "vitest";
import { serve, type Served } from "../../../testing/serve.ts";
import { faulty, type Faults } from "./faults.ts";

let faults: Faults;
let stand: Served;
beforeEach(async () => {
  faults = {};
  const refusal = (status: number) => Response.json({ refused: true }, { status });
  stand = await serve(faulty(() => new Response("taken"), faults, refusal));
});
afterEach(() => stand.close());

const tell = async (body: string) =>
  (await fetch(`${stand.url}/local/faults`, { method: "PUT", body })).status;
const ask = async () => (await fetch(`${stand.url}/emails`, { method: "POST" })).status;

test("fails as it is told from outside, until it is told otherwise, even while it is down", async () => {
  expect(await tell('{"mode":503}')).toBe(200);
  expect(await ask()).toBe(503);
  expect(await tell('{"mode":"down"}')).toBe(200);
  await expect(ask()).rejects.toThrow("fetch failed");
  expect(await tell("{}")).toBe(200);
  expect(await ask()).toBe(200);
});

test("fails as it is told in the process, too", async () => {
  faults.mode = 429;
  expect(await ask()).toBe(429);
});

test.each(["", "[]", '{"mode":"broken"}', '{"mode":418}', '{"slow":-1}', '{"other":1}'])(
  "what is no fault changes nothing: %s",
  async (body) => {
    await tell('{"mode":500}');
    expect(await tell(body)).toBe(400);
    expect(await ask()).toBe(500);
  },
);
