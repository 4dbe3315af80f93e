import { afterEach, beforeEach, expect, test, vi } from "vitest";

const send = vi.hoisted(() => vi.fn<(...asked: unknown[]) => Promise<Response>>());
vi.mock("./api.ts", () => ({ headers: {}, send }));
const { fetchAhead, takeAhead } = await import("./ahead.ts");

const url = "https://abc.supabase.co/rest/v1/rpc/feed_page?page_size=10";
let answer: Response;
beforeEach(() => {
  vi.useFakeTimers();
  answer = Response.json([]);
  send.mockResolvedValue(answer);
});
afterEach(() => void vi.useRealTimers());

test("the answer is for who asks the same, once", async () => {
  const fetched = fetchAhead(url, "ada");
  expect(send).toHaveBeenLastCalledWith(url, { headers: {} }, "ada");
  expect(await takeAhead(url, "ada")).toBe(answer);
  expect(await fetched).toBe(answer);
  expect(await takeAhead(url, "ada")).toBeUndefined();
});

test("nobody else gets it, and it waits for its own", async () => {
  void fetchAhead(url, "ada");
  expect(await takeAhead(url, "grace")).toBeUndefined();
  expect(await takeAhead(`${url}&cursor=1`, "ada")).toBeUndefined();
  expect(await takeAhead(url, "ada")).toBe(answer);
});

test.each([
  ["refused", () => Promise.resolve(new Response(null, { status: 401 }))],
  ["not answered", () => Promise.reject(new TypeError("no network"))],
])("one that was %s is to be asked for", async (_name, outcome) => {
  send.mockImplementation(outcome);
  expect(await fetchAhead(url, "ada")).toBeUndefined();
  expect(await takeAhead(url, "ada")).toBeUndefined();
});

test("so is one that nobody came for in time", async () => {
  void fetchAhead(url, "ada");
  vi.advanceTimersByTime(10_000);
  expect(await takeAhead(url, "ada")).toBeUndefined();
});
