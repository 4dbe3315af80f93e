import type { PersistedClient, Persister } from "@tanstack/react-query-persist-client";

const KEY = "lavlay-queries";
const QUIET_MS = 1_000;

/**
 * Keeps what was fetched in this browser, so that the next visit shows it at once, and also offline.
 * `storage` may throw: a browser that keeps nothing forbids to look.
 * `page` tells when it is left: what is not yet written is written then, or the next visit would not know of it
 * for as long as what was kept counts as fresh.
 */
export function createPersister(
  storage: () => Storage,
  page: Pick<EventTarget, "addEventListener">,
): Persister {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting: PersistedClient | undefined;

  function forget() {
    clearTimeout(timer);
    waiting = undefined;
  }

  function write() {
    if (!waiting) return;
    const client = waiting;
    forget();
    try {
      storage().setItem(KEY, JSON.stringify(client));
    } catch {
      // Full or forbidden: it works without.
    }
  }

  page.addEventListener("pagehide", write);

  return {
    // Told of each change; written when they pause.
    persistClient(client) {
      waiting = client;
      clearTimeout(timer);
      timer = setTimeout(write, QUIET_MS);
    },
    restoreClient() {
      try {
        return JSON.parse(storage().getItem(KEY) ?? "null") ?? undefined;
      } catch {
        return undefined;
      }
    },
    removeClient() {
      forget();
      try {
        storage().removeItem(KEY);
      } catch {
        // Then nothing was kept.
      }
    },
  };
}

/** Of a list that was scrolled down only the first page is kept: the others would all be fetched again when it is stale. */
export function firstPage(data: unknown): unknown {
  if (!data || typeof data !== "object" || !("pages" in data) || !("pageParams" in data)) return data;
  const { pages, pageParams } = data as { pages: unknown[]; pageParams: unknown[] };
  return { pages: pages.slice(0, 1), pageParams: pageParams.slice(0, 1) };
}
