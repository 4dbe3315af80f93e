import { expect, test } from "vitest";
import { NoAnswer, type Asked } from "./ask.ts";
import { summarize, takeSeries, type Series } from "./series.ts";

const asked = (ms: number, status = 200): Asked => ({ status, headers: {}, body: Buffer.alloc(0), ms });
const series = (name: string, times: readonly number[], failures: readonly string[] = []): Series => ({
  name,
  answers: times.map((ms) => asked(ms)),
  failures,
});

test("the slowest route is held against the objective and named; the percentiles are of all", () => {
  const measurement = summarize([
    series(
      "/fast",
      Array.from({ length: 20 }, () => 10),
    ),
    series(
      "/slow",
      Array.from({ length: 20 }, (_, index) => 400 + index),
    ),
  ]);
  expect(measurement).toEqual({ now: 418, p50: 10, p95: 417, culprit: "/slow: p50 409 ms, p95 418 ms" });
});

test("a single slow answer among twenty is not what a route is judged by", () => {
  const times = [...Array.from({ length: 19 }, () => 10), 900];
  expect(summarize([series("/route", times)]).now).toBe(10);
});

test("one lost request in twenty is forgiven, two are a fault that names the route", () => {
  const times = Array.from({ length: 19 }, () => 10);
  expect(summarize([series("/a", times, ["did not answer"])])).not.toHaveProperty("fault");
  expect(summarize([series("/a", times.slice(1), ["answered 503", "answered 503"])]).fault).toBe(
    "/a answered 503 (2 of 20 requests)",
  );
});

test("a route that never answers is a fault, and the others are still measured", () => {
  const measurement = summarize([series("/a", [5]), series("/b", [], ["x did not answer (ECONNREFUSED)"])]);
  expect(measurement).toMatchObject({
    now: 5,
    fault: "/b x did not answer (ECONNREFUSED) (1 of 1 requests)",
  });
});

test("where all were refused as too many, nothing was measured", () => {
  expect(summarize([series("/a", [])])).toEqual({
    unmeasured: "all requests were refused as too many (429)",
  });
});

test("who says 429 is left alone, and who is down is not waited for twenty times", async () => {
  let sent = 0;
  const expects = (status: number) => status === 200;
  const limited = await takeSeries(
    { name: "/a", expects, send: async () => asked(1, ++sent > 5 ? 429 : 200) },
    20,
    0,
  );
  expect(sent).toBe(6);
  expect(limited).toMatchObject({ failures: [] });
  expect(limited.answers).toHaveLength(5);

  sent = 0;
  const down = async () => {
    sent++;
    throw new NoAnswer("x did not answer within 10 s");
  };
  expect((await takeSeries({ name: "/b", expects, send: down }, 20, 0)).failures).toHaveLength(3);
  expect(sent).toBe(3);
});
