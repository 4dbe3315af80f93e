import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { serve } from "@hono/node-server";
import { bundleFunction } from "../../../../infra/backend/bundle.ts";
import { Store } from "../../../state/store.ts";
import { mediaKey, secretOf, startTestStore } from "../../object-store/test-store.ts";
import { listen, startProject } from "../fake-cloud.ts";
import { createFunctions } from "../functions.ts";

/** For the tests: the upload function as it is deployed, in real Deno, with a real object store and a project's keys. */
export async function startUploads() {
  const folder = mkdtempSync(join(tmpdir(), "upload-"));
  const [project, objects] = await Promise.all([startProject(), startTestStore()]);
  let unanswered = 0;
  /** How many of the next requests to the storage fail, which always do, those that were made, and how many are under way. */
  const storage = {
    failures: 0,
    failing: undefined as RegExp | undefined,
    requests: [] as string[],
    unanswered: () => unanswered,
  };
  const r2 = await listen((request, response) => {
    unanswered++;
    response.once("close", () => unanswered--);
    const line = `${request.method} ${request.url}`;
    storage.requests.push(line);
    const fails = storage.failing?.test(line) || storage.failures-- > 0;
    storage.failures = Math.max(0, storage.failures);
    if (!fails) return objects.objectStore.listener(request, response);
    request.resume();
    response.writeHead(503).end("<Error><Code>SlowDown</Code><Message>secret detail</Message></Error>");
  });

  const store = new Store(join(folder, "state.json"));
  const root = resolve(import.meta.dirname, "../../../..");
  const { entrypoint, sha256: checksum } = bundleFunction({ slug: "upload-media", root });
  const directory = join(folder, "functions");
  mkdirSync(join(directory, "upload-media"), { recursive: true });
  copyFileSync(join(root, entrypoint), join(directory, "upload-media", `${checksum}.js`));
  store.collection("edgeFunctions").put("f", {
    ...{
      urn: "f",
      projectRef: "ref",
      slug: "upload-media",
      name: "upload-media",
      createdAt: 0,
      updatedAt: 0,
    },
    ...{ checksum, verifyJwt: false, version: 1 },
  });
  const secrets: Record<string, string> = {
    R2_ACCOUNT_ID: "account",
    R2_ACCESS_KEY_ID: objects.token.id,
    R2_SECRET_ACCESS_KEY: secretOf(objects.token),
    R2_BUCKET_NAME: "media",
    R2_PUBLIC_URL: "https://media.lavlay.example/",
    R2_ENDPOINT: r2.url,
    ALLOWED_ORIGINS: "https://app.lavlay.example, http://127.0.0.1:4700",
  };
  const setSecrets = (changes: Record<string, string> = {}) =>
    store
      .collection("functionSecrets")
      .put("ref", { urn: "s", projectRef: "ref", secrets: { ...secrets, ...changes } });
  setSecrets();
  const functions = createFunctions({
    directory,
    store,
    environment: () => ({ SUPABASE_URL: project.url, SUPABASE_ANON_KEY: "anon-key" }),
  });
  const front = serve({
    fetch: (request: Request) => functions.fetch(request, "upload-media"),
    port: 0,
    hostname: "127.0.0.1",
    createServer,
  });
  if (!front.listening) await new Promise((ready) => front.once("listening", ready));
  const { port } = front.address() as AddressInfo;
  const token = await project.sign();

  return {
    project,
    storage,
    secrets,
    setSecrets,
    functions,
    port,
    address: `http://127.0.0.1:${port}`,
    token,
    /** Neither an object nor an unfinished upload. */
    isEmpty: () => objects.objectStore.isEmpty(mediaKey),
    async object(key: string) {
      const info = await objects.objectStore.head(mediaKey, key);
      if (!info) return undefined;
      return { ...info, body: await buffer(await objects.objectStore.open(mediaKey, info)) };
    },
    clear: () => objects.objectStore.dropBucket(mediaKey),
    /** All that the function has logged, and what the log had to let go of. */
    log() {
      const file = join(folder, "log", "functions", "upload-media.log");
      return [`${file}.1`, file].map((each) => (existsSync(each) ? readFileSync(each, "utf8") : "")).join("");
    },
    /** Uploads, or asks another of the function's addresses. */
    post: (
      body: ConstructorParameters<typeof Response>[0],
      headers: Record<string, string> = {},
      path = "",
    ): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/functions/v1/upload-media${path}`, {
        method: "POST",
        body: body ?? null,
        headers: { authorization: `Bearer ${token}`, ...headers },
      }),
    async close() {
      for (const server of [front, project.server, r2.server]) {
        server.close();
        if ("closeAllConnections" in server) server.closeAllConnections();
      }
      await functions.close();
      await objects.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type Uploads = Awaited<ReturnType<typeof startUploads>>;

export const MiB = 1024 * 1024;

/** A file that begins as a PNG of 640 by 480, and goes on with bytes that differ from place to place. */
export function png(size = 64): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(size);
  for (let at = 33; at < size; at++) file[at] = (at * 31 + (at >> 8)) & 255;
  file.set([
    0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 2, 128, 0, 0, 1, 224,
  ]);
  return file;
}

/** A form as browsers make it, in the app's order. */
export function form(
  file: Uint8Array<ArrayBuffer> | string,
  { bucket = "posts", name = "a.png", type = "image/png", fileFirst = false } = {},
): FormData {
  const data = new FormData();
  if (!fileFirst) data.append("bucket", bucket);
  data.append("file", new File([file], name, { type }));
  if (fileFirst) data.append("bucket", bucket);
  return data;
}
