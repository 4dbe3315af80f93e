import { expect, it } from "vitest";
import { fetchReadsFrom } from "./reads.ts";

const api = "https://ref.supabase.co";
const replicas = "https://ref-all.supabase.co";

/** Where a request would go. */
async function sentTo(path: string, init?: RequestInit): Promise<string> {
  let url = "";
  const fetch = fetchReadsFrom(replicas, api, (input) => {
    url = input as string;
    return Promise.resolve(new Response());
  });
  await fetch(api + path, init);
  return url;
}

it.each([
  ["GET", "/rest/v1/posts?select=*"],
  ["HEAD", "/rest/v1/posts?select=id"],
  [undefined, "/rest/v1/rpc/feed_page?cursor=1"],
])("a read goes to the replicas: %s %s", async (method, path) => {
  expect(await sentTo(path, { method })).toBe(replicas + path);
});

it.each([
  ["POST", "/rest/v1/posts"],
  ["PATCH", "/rest/v1/posts?id=eq.1"],
  ["DELETE", "/rest/v1/likes?post_id=eq.1"],
  ["POST", "/rest/v1/rpc/refresh"],
  ["GET", "/auth/v1/user"],
  ["GET", "/functions/v1/upload-media"],
  ["GET", "/rest/v1"],
])("all else does not: %s %s", async (method, path) => {
  expect(await sentTo(path, { method })).toBe(api + path);
});
