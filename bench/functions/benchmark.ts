import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { AwsClient } from "aws4fetch";
import { bundleFunction } from "../../infra/backend/bundle.ts";
import { Worker } from "../../local/services/functions/worker.ts";
import { timeInTurn, type Timing } from "../statistics.ts";
import { load, loadInTurn, type Load, shoot, type Shot } from "./client.ts";
import type { Cloud } from "./cloud.ts";
import { guideSource } from "./guide.ts";
import { passThroughSource } from "./pass-through.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const MB = 1024 * 1024;
const sizes = [1, 10];
const delays = [0, 20];
const atOnce = 20;

export type Contender = "guide" | "ours";

/** A load that a function took, and the most memory that its process had meanwhile, in MB. */
export interface FunctionLoad extends Load {
  peakMemory: number;
}

export interface SizeResult {
  /** Bytes of a file / 2^20. */
  size: number;
  /** Round trip that the network adds before store and auth server, ms. */
  delay: number;
  oneByOne: Record<Contender | "put" | "passThrough", Load>;
  parallel: Record<Contender, FunctionLoad> & { put: Load };
}

export interface FunctionsBenchmark {
  /** From nothing to the first answer, ms: of a preflight, and of a first upload of 100 kB. */
  coldStart: { answer: Record<Contender | "empty", Timing>; upload: Record<Contender, Timing> };
  bundleBytes: Record<Contender, number>;
  loads: SizeResult[];
}

export interface Options {
  /** Timed cold starts of each. */
  runs: number;
  report: (line: string) => void;
}

/** The guide's upload function and ours, in the same Deno, against the same store. */
export async function benchmarkFunctions({ runs, report }: Options): Promise<FunctionsBenchmark> {
  const directory = mkdtempSync(join(tmpdir(), "lavlay-bench-"));
  const { cloud, process: cloudProcess } = await startCloud();
  try {
    const rig = prepare(directory, cloud);
    report("cold starts");
    const coldStart = await coldStarts(rig, runs);
    const loads: SizeResult[] = [];
    for (const delay of delays) {
      for (const size of sizes) {
        report(`files of ${size} MB, network of ${delay} ms`);
        loads.push(await compare(rig, size, delay));
      }
    }
    return { coldStart, bundleBytes: rig.bundleBytes, loads };
  } finally {
    cloudProcess.stdin!.end();
    await new Promise((resolve) => cloudProcess.once("exit", resolve));
    rmSync(directory, { recursive: true, force: true });
  }
}

async function startCloud(): Promise<{ cloud: Cloud; process: ChildProcess }> {
  const program = join(root, "bench/functions/cloud.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program, ...delays.map(String)], {
    cwd: root,
    stdio: ["pipe", "pipe", "inherit"],
  });
  for await (const line of createInterface(child.stdout)) {
    return { cloud: JSON.parse(line) as Cloud, process: child };
  }
  throw new Error("The store of the benchmark did not start.");
}

interface Rig {
  cloud: Cloud;
  bundleBytes: Record<Contender, number>;
  /** Starts a process, with compiled code from an earlier start or as the platform does, which keeps none. */
  start(name: Contender | "empty" | "passThrough", delay: number, compilesAnew?: boolean): Worker;
}

function prepare(directory: string, cloud: Cloud): Rig {
  // Another root, for the bundler to find the guide's function, and an empty one, in their place.
  const others = join(directory, "others");
  const write = (slug: string, source: string) => {
    mkdirSync(join(others, "functions", slug), { recursive: true });
    writeFileSync(join(others, "functions", slug, "index.ts"), source);
  };
  write("guide", guideSource);
  write("empty", `Deno.serve(() => new Response("ok"));\n`);
  write("pass-through", passThroughSource);
  symlinkSync(join(root, "node_modules"), join(others, "node_modules"));
  const bundles = {
    guide: { ...bundleFunction({ slug: "guide", root: others }), root: others },
    empty: { ...bundleFunction({ slug: "empty", root: others }), root: others },
    ours: { ...bundleFunction({ slug: "upload-media", root }), root },
    // The bundler takes nothing of Node's.
    passThrough: { entrypoint: "functions/pass-through/index.ts", root: others },
  };
  return {
    cloud,
    bundleBytes: { guide: bundles.guide.bytes, ours: bundles.ours.bytes },
    start(name, delay, compilesAnew) {
      const network = cloud.networks[delay]!;
      return new Worker({
        bundle: join(bundles[name].root, bundles[name].entrypoint),
        environment: {
          SUPABASE_URL: network.project,
          SUPABASE_ANON_KEY: "anon-key",
          R2_ACCOUNT_ID: "account",
          R2_ACCESS_KEY_ID: cloud.accessKeyId,
          R2_SECRET_ACCESS_KEY: cloud.secretAccessKey,
          R2_BUCKET_NAME: "media",
          R2_PUBLIC_URL: "https://media.example",
          R2_ENDPOINT: network.store,
          ALLOWED_ORIGINS: "https://app.example",
        },
        cache: join(directory, "deno"),
        compilesAnew,
        limits: { wallClock: 600_000, idle: 150_000, boot: 20_000, memory: 256 },
        log: () => {},
      });
    },
  };
}

async function coldStarts(rig: Rig, runs: number): Promise<FunctionsBenchmark["coldStart"]> {
  const timed = (name: Contender | "empty", shot: (address: string) => Shot) => async () => {
    const worker = rig.start(name, 0, true);
    try {
      await shoot(shot(await worker.address));
    } finally {
      await worker.stop();
    }
  };
  const preflight = (url: string): Shot => ({ url, method: "OPTIONS", headers: {} });
  const upload = uploadOf(rig, 0.1, 0);
  const taken = await timeInTurn(runs, {
    empty: timed("empty", preflight),
    guide: timed("guide", preflight),
    ours: timed("ours", preflight),
    guideUpload: timed("guide", upload),
    oursUpload: timed("ours", upload),
  });
  const { empty, guide, ours, guideUpload, oursUpload } = taken;
  return { answer: { empty, guide, ours }, upload: { guide: guideUpload, ours: oursUpload } };
}

/** An upload as browsers send it. */
function uploadOf({ cloud }: Rig, size: number, delay: number): (address: string) => Shot {
  const boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW0";
  const body = Buffer.concat([
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="bucket"\r\n\r\ncovers\r\n`),
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n`,
    ),
    picture(size),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const headers = {
    authorization: `Bearer ${cloud.networks[delay]!.token}`,
    "content-type": `multipart/form-data; boundary=${boundary}`,
    "content-length": body.length,
  };
  return (address) => ({ url: `${address}/upload-media`, method: "POST", headers, body });
}

/** Begins as a PNG and goes on as pictures do: like noise. */
function picture(size: number): Buffer {
  const bytes = Buffer.alloc(size * MB);
  let state = 1;
  for (let at = 0; at < bytes.length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 24;
  }
  bytes.set([
    0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 8, 0, 0, 0, 8, 0,
  ]);
  return bytes;
}

async function compare(rig: Rig, size: number, delay: number): Promise<SizeResult> {
  const upload = uploadOf(rig, size, delay);
  const put = barePut(rig, size, delay);
  const single = 60;
  const many = size === 1 ? 200 : 60;

  const workers = {
    guide: rig.start("guide", delay),
    ours: rig.start("ours", delay),
    passThrough: rig.start("passThrough", delay),
  };
  const from = (worker: Worker) => async () => upload(await worker.address);
  const passed = async (): Promise<Shot> => {
    const shot = await put();
    return {
      ...shot,
      url: await workers.passThrough.address,
      headers: { ...shot.headers, "x-target": shot.url },
    };
  };
  try {
    const sources = { put, passThrough: passed, guide: from(workers.guide), ours: from(workers.ours) };
    await loadInTurn(sources, 5);
    const oneByOne = await loadInTurn(sources, single);
    const parallel = {
      put: await load(put, many, atOnce),
      guide: { ...(await load(sources.guide, many, atOnce)), peakMemory: peakMemory(workers.guide.pid!) },
      ours: { ...(await load(sources.ours, many, atOnce)), peakMemory: peakMemory(workers.ours.pid!) },
    };
    return { size, delay, oneByOne, parallel };
  } finally {
    await Promise.all(Object.values(workers).map((worker) => worker.stop()));
  }
}

/** What there is no way around: the file goes to the store, signed. */
function barePut({ cloud }: Rig, size: number, delay: number): () => Promise<Shot> {
  const { accessKeyId, secretAccessKey } = cloud;
  const client = new AwsClient({ accessKeyId, secretAccessKey, service: "s3", region: "auto" });
  const body = picture(size);
  return async () => {
    const url = `${cloud.networks[delay]!.store}/media/covers/${crypto.randomUUID()}.png`;
    const signed = await client.sign(url, { method: "PUT", headers: { "content-type": "image/png" } });
    const headers = { ...Object.fromEntries(signed.headers), "content-length": body.length };
    return { url, method: "PUT", headers, body };
  };
}

/** The most that a process ever had in memory, MB (2^20). Linux counts it. */
function peakMemory(pid: number): number {
  if (process.platform !== "linux") return NaN;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1024;
}

/** The ratios that the aims are about. */
export function aims({ coldStart, loads }: FunctionsBenchmark) {
  const at = (size: number, delay: number) =>
    loads.find((each) => each.size === size && each.delay === delay)!;
  const memory = (size: number, name: Contender) =>
    Math.max(...delays.map((delay) => at(size, delay).parallel[name].peakMemory));
  return {
    coldStartAgainstGuide: coldStart.answer.guide.median / coldStart.answer.ours.median,
    /** No function can be better than that. */
    emptyAgainstGuide: coldStart.answer.guide.median / coldStart.answer.empty.median,
    coldUploadAgainstGuide: coldStart.upload.guide.median / coldStart.upload.ours.median,
    coldStartAgainstEmpty: coldStart.answer.ours.median / coldStart.answer.empty.median,
    memoryAgainstGuide: memory(10, "guide") / memory(10, "ours"),
    memoryOfTenfoldFile: memory(10, "ours") / memory(1, "ours"),
    throughput: loads.map(({ size, delay, parallel }) => ({
      size,
      delay,
      againstGuide: parallel.ours.throughput / parallel.guide.throughput,
    })),
    added: loads.map(({ size, delay, oneByOne: { ours, put, passThrough } }) => ({
      size,
      delay,
      toPut: ours.p95 - put.p95,
      toPassThrough: ours.p95 - passThrough.p95,
    })),
  };
}
