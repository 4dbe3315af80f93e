import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** What the page hears: of Realtime's connection and from it, and by asking. */
const realtime = vi.hoisted(() => ({
  status: (_status: string) => {},
  change: (_change: { new: unknown }) => {},
  asked: 0,
}));
vi.mock("@supabase/realtime-js", () => ({
  RealtimeClient: class {
    channel() {
      return this;
    }
    on(_kind: string, _what: unknown, listener: typeof realtime.change) {
      realtime.change = listener;
      return this;
    }
    subscribe(listener: typeof realtime.status) {
      realtime.status = listener;
      return this;
    }
    removeChannel() {}
    removeAllChannels() {}
    disconnect() {}
  },
}));
vi.mock("../api/supabase.ts", () => {
  const request = {
    from: () => request,
    select: () => request,
    in: () => request,
    abortSignal: async () => {
      realtime.asked++;
      return { data: [{ id: "a", likes_count: realtime.asked, comments_count: 0 }] };
    },
  };
  return { supabase: request };
});

const MINUTE_MS = 60_000;
let stopped: AbortController;
const told: unknown[] = [];
beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubEnv("VITE_SUPABASE_URL", "http://127.0.0.1");
  vi.stubGlobal("document", { hidden: false });
  vi.stubGlobal("navigator", { onLine: true });
  // What is known of Realtime is of the page: each test has a new one.
  vi.resetModules();
  const { watchCounts } = await import("./watch-counts.ts");
  realtime.asked = told.length = 0;
  stopped = new AbortController();
  watchCounts(["a"], stopped.signal, (counts) => void told.push(counts));
});
afterEach(() => {
  stopped.abort();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

test("asks each minute while Realtime is connected and has told nothing", async () => {
  realtime.status("SUBSCRIBED");
  await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);
  expect(told).toEqual([1, 2].map((likes_count) => ({ id: "a", likes_count, comments_count: 0 })));
});

test("asks no more once Realtime has told something", async () => {
  realtime.status("SUBSCRIBED");
  realtime.change({ new: { id: "a", likes_count: 7, comments_count: 1 } });
  await vi.advanceTimersByTimeAsync(3 * MINUTE_MS);
  expect(told).toEqual([{ id: "a", likes_count: 7, comments_count: 1 }]);
  expect(realtime.asked).toBe(0);
});

test("asks each minute where Realtime does not answer, but for nobody who looks", async () => {
  realtime.status("CHANNEL_ERROR");
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  expect(realtime.asked).toBe(1);
  vi.stubGlobal("document", { hidden: true });
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  expect(realtime.asked).toBe(1);
});

test("asks no more once it is stopped", async () => {
  stopped.abort();
  await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);
  expect(realtime.asked).toBe(0);
});
