import { createClient, type VendorClient } from "./client.ts";

interface Envelope {
  readonly result?: unknown;
  /** Those of GraphQL have no code. */
  readonly errors?: readonly { code?: number; message: string }[] | null;
  readonly result_info?: { readonly total_pages?: number; readonly cursor?: string };
}

/** Cloudflare's API: the value is the envelope's `result`. */
export interface CloudflareClient extends VendorClient {
  /** Every entry of a list that comes in numbered pages. @throws VendorRefusal */
  list<T>(path: string, query?: Readonly<Record<string, string | undefined>>): Promise<T[]>;
}

const PER_PAGE = 50;

/** @param endpoint with `/client/v4`, without a trailing slash */
export function cloudflareClient(endpoint: string, token: string): CloudflareClient {
  const client = createClient({
    vendor: "Cloudflare",
    endpoint,
    authorization: `Bearer ${token}`,
    unwrap: (body) => (body as Envelope | undefined)?.result,
    explain: (body) => {
      const errors = (body as Envelope | undefined)?.errors ?? [];
      if (errors.length === 0) return {};
      const [{ code } = {}] = errors;
      return {
        ...(code !== undefined && { code: String(code) }),
        words: errors.map(({ message }) => message).join("; "),
      };
    },
  });
  return {
    ...client,
    list: async <T>(path: string, query?: Readonly<Record<string, string | undefined>>) => {
      const entries: T[] = [];
      for (let page = 1; ; page++) {
        const body = await client.body<Envelope>(path, { query: { ...query, page, per_page: PER_PAGE } });
        entries.push(...((body.result ?? []) as T[]));
        if (page >= (body.result_info?.total_pages ?? 1)) return entries;
      }
    },
  };
}
