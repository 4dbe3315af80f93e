import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { versionOf } from "./path.ts";
import { Unavailable } from "./unavailable.ts";
import { ENGINE_VERSION } from "./version.ts";

/** A closed network may swallow packets: this long a start waits for the download's host before it goes on without. */
const PROBE_TIMEOUT_MS = 2_500;
const PLATFORMS = new Set(["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"]);
/** What is kept of the release, which also brings the hosts of all other languages. */
const KEPT = /^pulumi(-language-nodejs|-resource-pulumi-nodejs|-analyzer-policy)?$/;

/** As much of `fetch` as is used; a test gives its own. */
export type Fetch = (url: string, init: { method: string; signal?: AbortSignal }) => Promise<Response>;

/** The official release's address, where npm's `pulumi` downloader and the install script take it from. */
export function releaseUrl(os: string = platform(), cpu: string = arch()): string {
  const name = `${os}-${cpu}`;
  if (!PLATFORMS.has(name)) throw new Unavailable(`there is no release for ${name}`);
  return `https://get.pulumi.com/releases/sdk/pulumi-v${ENGINE_VERSION}-${name}.tar.gz`;
}

/**
 * Downloads and unpacks the official release into `directory`: the engine and its Node language host.
 * @throws Unavailable when the host is out of reach, the release is cut short, or what came does not run.
 */
export async function downloadEngine(
  directory: string,
  progress: (line: string) => void,
  fetch: Fetch = fetchThroughProxy,
): Promise<void> {
  const url = releaseUrl();
  const { host } = new URL(url);
  await probe(url, fetch);
  const unpacked = join(directory, "unpacked");
  await mkdir(unpacked);
  try {
    const response = await request(url, { method: "GET" }, fetch);
    await unpack(response, unpacked, (line) => progress(`downloading from ${host}: ${line}`));
    const release = join(unpacked, "pulumi");
    for (const name of (await readdir(release)).filter((file) => KEPT.test(file))) {
      await rename(join(release, name), join(directory, name));
    }
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw new Unavailable(`${url} could not be unpacked: ${(error as Error).message}`);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
  const version = await versionOf(join(directory, "pulumi"));
  if (version !== ENGINE_VERSION) {
    throw new Unavailable(`${url} holds version ${version ?? "(does not run)"}, not ${ENGINE_VERSION}`);
  }
}

async function probe(url: string, fetch: Fetch): Promise<void> {
  await request(url, { method: "HEAD", signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) }, fetch);
}

async function request(url: string, init: Parameters<Fetch>[1], fetch: Fetch): Promise<Response> {
  const { host } = new URL(url);
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
    throw new Unavailable(`${host} cannot be reached (${cause?.code ?? message})`);
  }
  if (!response.ok) throw new Unavailable(`${host} answered ${response.status}`);
  return response;
}

/** Streams the archive through `tar`; fails unless every announced byte came and `tar` was content. */
async function unpack(
  response: Response,
  directory: string,
  progress: (line: string) => void,
): Promise<void> {
  if (!response.body) throw new Error("the answer is empty");
  const announced = Number(response.headers.get("content-length")) || undefined;
  const tar = spawn("tar", ["-xzf", "-", "-C", directory], { stdio: ["pipe", "ignore", "pipe"] });
  const complaint = text(tar.stderr);
  const finished = once(tar, "close") as Promise<[number | null]>;
  let received = 0;
  const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      received += chunk.length;
      progress(megabytes(received, announced));
      yield chunk;
    }
  };
  const broken = await pipeline(Readable.fromWeb(response.body as never), counted, tar.stdin).catch(
    (error: Error) => {
      tar.kill();
      return error;
    },
  );
  const [code] = await finished;
  if (broken || code !== 0)
    throw new Error((await complaint).trim() || broken?.message || `tar ended with ${code}`);
  if (announced !== undefined && received !== announced)
    throw new Error(`${received} of ${announced} bytes came`);
}

function megabytes(received: number, announced?: number): string {
  const mb = (bytes: number) => (bytes / 1e6).toFixed(0);
  return announced ? `${mb(received)} of ${mb(announced)} MB` : `${mb(received)} MB`;
}

/** Honours HTTPS_PROXY and NO_PROXY, which node's own fetch does not. */
async function fetchThroughProxy(url: string, init: Parameters<Fetch>[1]): Promise<Response> {
  const { EnvHttpProxyAgent, fetch } = await import("undici");
  return (await fetch(url, { ...init, dispatcher: new EnvHttpProxyAgent() })) as unknown as Response;
}
