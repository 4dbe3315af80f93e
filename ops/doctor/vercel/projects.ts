import type { VendorClient } from "../../vendors/client.ts";

export interface WebProject {
  readonly id: string;
  readonly name: string;
}

/** Projects of a page, the most that Vercel gives. */
const perPage = 100;

/** All projects that the token sees, asked for page by page. @throws VendorRefusal */
export async function* everyProject(
  client: VendorClient,
  scope: Readonly<Record<string, string | undefined>>,
): AsyncGenerator<WebProject> {
  for (let until: number | undefined; ;) {
    const { projects, pagination } = await client.call<{
      projects: readonly WebProject[];
      pagination?: { readonly next?: number | null };
    }>("/v9/projects", { query: { ...scope, limit: perPage, until } });
    yield* projects;
    until = pagination?.next ?? undefined;
    if (until === undefined) return;
  }
}
