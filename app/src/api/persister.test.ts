import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPersister, firstPage } from "./persister.ts";

let page: EventTarget;
beforeEach(() => {
  vi.useFakeTimers();
  page = new EventTarget();
});
afterEach(() => void vi.useRealTimers());

function memory() {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: vi.fn((key: string, value: string) => void items.set(key, value)),
    removeItem: (key: string) => void items.delete(key),
  };
}
const client = (timestamp: number) => ({
  timestamp,
  buster: "1",
  clientState: { mutations: [], queries: [] },
});

test("changes in a row are written once, the last one", async () => {
  const storage = memory();
  const persister = createPersister(() => storage as unknown as Storage, page);
  await persister.persistClient(client(1));
  await persister.persistClient(client(2));
  expect(storage.setItem).not.toHaveBeenCalled();
  vi.runAllTimers();
  expect(storage.setItem).toHaveBeenCalledTimes(1);
  expect(await persister.restoreClient()).toEqual(client(2));
});

test("what waits is written when the page is left, and just once", async () => {
  const storage = memory();
  const persister = createPersister(() => storage as unknown as Storage, page);
  await persister.persistClient(client(1));
  page.dispatchEvent(new Event("pagehide"));
  expect(await persister.restoreClient()).toEqual(client(1));
  page.dispatchEvent(new Event("pagehide"));
  vi.runAllTimers();
  expect(storage.setItem).toHaveBeenCalledTimes(1);
});

test("what is removed is not written again by a change from before", async () => {
  const storage = memory();
  const persister = createPersister(() => storage as unknown as Storage, page);
  await persister.persistClient(client(1));
  await persister.removeClient();
  page.dispatchEvent(new Event("pagehide"));
  vi.runAllTimers();
  expect(storage.items.size).toBe(0);
});

test("storage that is full or damaged is no error", async () => {
  const storage = memory();
  storage.setItem.mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  const persister = createPersister(() => storage as unknown as Storage, page);
  await persister.persistClient(client(1));
  vi.runAllTimers();
  storage.items.set("lavlay-queries", "{damaged");
  expect(await persister.restoreClient()).toBeUndefined();
});

test("of a list only the first page is kept, of all else everything", () => {
  const list = { pages: [[1], [2]], pageParams: [undefined, "a"] };
  expect(firstPage(list)).toEqual({ pages: [[1]], pageParams: [undefined] });
  expect(firstPage({ username: "ada" })).toEqual({ username: "ada" });
  expect(firstPage(null)).toBeNull();
});
