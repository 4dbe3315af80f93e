import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { localPaths } from "../../../local/paths.ts";
import { runningDaemon } from "../../../local/process.ts";
import { loadOrCreateKeys } from "../../../local/services/auth/keys.ts";
import { Store } from "../../../local/state/store.ts";

/** People who upload all the time. */
export interface UploadLoad {
  /** Waits for what is under way. */
  stop(): Promise<{ uploads: number; failures: string[] }>;
}

const people = 8;
/** A user may upload one file every two seconds, and 30 at once. */
const pauseMs = 1_500;

/** The smallest PNG, followed by bytes that no decoder reads. */
const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

/** Starts them on the local target of that folder. Every other file is large enough to be streamed. */
export async function startUploads(local: string): Promise<UploadLoad> {
  const paths = localPaths(local);
  const api = `http://127.0.0.1:${runningDaemon(local)!.ports.api}`;
  const [project] = new Store(paths.state).collection("projects").list();
  const { secretKey } = await loadOrCreateKeys(paths.keys, project!.ref);
  const tokens = await Promise.all(Array.from({ length: people }, () => signIn(api, secretKey)));

  const ending = new AbortController();
  const failures: string[] = [];
  let uploads = 0;
  const upload = async (token: string, bytes: number) => {
    const form = new FormData();
    form.append("bucket", "posts");
    const file = Buffer.concat([picture, Buffer.alloc(bytes)]);
    form.append("file", new File([file], "picture.png", { type: "image/png" }));
    const answer = await fetch(`${api}/functions/v1/upload-media`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: form,
    });
    const text = await answer.text();
    if (answer.status !== 200) failures.push(`${new Date().toISOString()} ${answer.status} ${text}`);
    uploads++;
  };
  const working = tokens.map(async (token, person) => {
    for (let count = person; !ending.signal.aborted; count++) {
      await upload(token, count % 2 === 0 ? 0 : 1_000_000).catch((error: Error) =>
        failures.push(`${new Date().toISOString()} ${String(error.cause ?? error)}`),
      );
      await delay(pauseMs, undefined, { signal: ending.signal }).catch(() => {}); // Stopped.
    }
  });
  return {
    stop: async () => {
      ending.abort();
      await Promise.all(working);
      return { uploads, failures };
    },
  };
}

async function signIn(api: string, secretKey: string): Promise<string> {
  const person = { email: `${randomUUID()}@example.com`, password: randomUUID() };
  const ask = async (path: string, headers: Record<string, string>, body: object) => {
    const answer = await fetch(`${api}/auth/v1/${path}`, {
      method: "POST",
      headers: { apikey: secretKey, "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { access_token: string };
  };
  await ask("admin/users", { authorization: `Bearer ${secretKey}` }, { ...person, email_confirm: true });
  return (await ask("token?grant_type=password", {}, person)).access_token;
}
