import type {
  PersistedClient,
  Persister,
  PersistQueryClientOptions,
} from "@tanstack/react-query-persist-client";

const KEY = "lavlay-queries";
const QUIET_MS = 1_000;

/**
 * Keeps what was fetched in this browser, so that the next visit shows it at once, and also offline.
 * `storage` may throw: a browser that keeps nothing forbids to look.
 */
export function createPersister(storage: () => Storage): Persister {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest: PersistedClient;

  function write() {
    try {
      storage().setItem(KEY, JSON.stringify(latest));
    } catch {
      // Full or forbidden: it works without.
    }
  }

  return {
    // Told of each change; written when they pause.
    persistClient(client) {
      latest = client;
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
      clearTimeout(timer);
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

export const persister = createPersister(() => localStorage);

export const persistOptions: Omit<PersistQueryClientOptions, "queryClient"> = {
  persister,
  // Raised when what queries hold changes its shape.
  buster: "1",
  dehydrateOptions: { serializeData: firstPage, shouldDehydrateMutation: () => false },
};
