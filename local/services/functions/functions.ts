import { randomUUID } from "node:crypto";
import { join, resolve } from "node:path";
import { supabasePlans } from "../../../catalog/entitlements/supabase.ts";
import type { EdgeFunction } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { FunctionCalls } from "./calls.ts";
import { killLeftovers } from "./leftovers.ts";
import { openLog } from "./log-file.ts";
import { checkJwt, failureResponse, isSupportedMethod, PlatformFailure } from "./platform.ts";
import { bootstrap, Worker, type WorkerLimits } from "./worker.ts";

/** What Supabase's edge functions do and the local ones do not. */
export const notImitated: readonly string[] = [
  "the limit of 2 s of CPU time a request; of memory, the JavaScript heap alone is limited to 256 MB",
  "background tasks (EdgeRuntime.waitUntil), beforeunload, Supabase.ai, static files, functions exported as default",
  "calls to other hosts than this machine and those that a function's own secrets name",
  "verify_jwt for tokens other than the project's legacy anon and service_role keys",
  "the bundle is run as it was uploaded: it is not type-checked, and imports by address are refused",
];

export interface FunctionsOptions {
  /** Where bundles lie, as `<slug>/<checksum>.js`. */
  directory: string;
  store: Store;
  /** What the platform gives that function beside its secrets: SUPABASE_URL, SUPABASE_ANON_KEY and so on. */
  environment: (slug: string) => Record<string, string>;
  /** The daemon's own log. */
  log?: (line: string) => void;
  /** Where each function's log goes, as `<slug>.log`. Default: `log/functions` beside the directory. */
  logDirectory?: string;
  /** For tests. */
  limits?: Partial<WorkerLimits>;
}

export interface Functions {
  /** What was called of late. */
  readonly calls: FunctionCalls;
  /** Answers a request for `/functions/v1/<slug>` and what is below it. Never rejects. */
  fetch(request: Request, slug: string): Promise<Response>;
  /** Ends all processes. */
  close(): Promise<void>;
}

interface Running {
  /** Tells one deployment with its environment from another. */
  identity: string;
  worker: Worker;
  /** How many processes of this identity failed since one last answered. */
  failures: number;
  /** No process is started before, in ms since 1970. */
  notBefore: number;
}

/**
 * Runs the deployed edge functions, each in a Deno process of its own that is started at the first request. A new
 * bundle, secret or platform variable takes effect with the next request, while the old process answers what it has.
 */
export function createFunctions(options: FunctionsOptions): Functions {
  const { store, log = () => {} } = options;
  const directory = resolve(options.directory);
  const logDirectory = options.logDirectory ?? join(directory, "..", "log", "functions");
  const logs = new Map<string, (line: string) => void>();
  const running = new Map<string, Running>();
  const workers = new Set<Worker>();
  let closed = false;

  const leftovers = killLeftovers([`--preload=${bootstrap}`, `${directory}/`]);
  if (leftovers.length > 0) log(`functions: ended what an earlier run left behind (${leftovers.join(", ")})`);

  function logOf(slug: string): (line: string) => void {
    const existing = logs.get(slug) ?? openLog(join(logDirectory, `${slug}.log`));
    logs.set(slug, existing);
    return existing;
  }

  function environmentOf({ projectRef, slug }: EdgeFunction): Record<string, string> {
    const secrets = store.collection("functionSecrets").get(projectRef)?.secrets ?? {};
    const region = store.collection("projects").get(projectRef)?.region ?? "local";
    return { ...secrets, SB_REGION: region, ...options.environment(slug) };
  }

  function limits(): WorkerLimits {
    const plan = store.collection("accounts").get("accounts")?.supabase.plan ?? "free";
    const wallClock = supabasePlans[plan].functionSeconds * 1000;
    return { wallClock, idle: 150_000, boot: 10_000, memory: 256, ...options.limits };
  }

  function start(deployed: EdgeFunction, environment: Record<string, string>): Worker {
    const worker = new Worker({
      bundle: join(directory, deployed.slug, `${deployed.checksum}.js`),
      environment: { ...environment, SB_EXECUTION_ID: randomUUID() },
      cache: join(directory, ".deno"),
      limits: limits(),
      log: logOf(deployed.slug),
    });
    workers.add(worker);
    void worker.exited.then(() => workers.delete(worker));
    return worker;
  }

  /** The process that answers now; throws `BOOT_ERROR` while a function that keeps failing is left alone. */
  function current(deployed: EdgeFunction, environment: Record<string, string>): Running {
    const { slug, version, checksum } = deployed;
    const identity = JSON.stringify([version, checksum, environment]);
    const before = running.get(slug);
    const same = before?.identity === identity ? before : undefined;
    if (same?.worker.isOpen) return same;

    before?.worker.retire();
    if (same && Date.now() < same.notBefore) throw new PlatformFailure("BOOT_ERROR");
    const worker = start(deployed, environment);
    const now: Running = { identity, worker, failures: same?.failures ?? 0, notBefore: 0 };
    void worker.exited.then(() => {
      if (!worker.hasCrashed) return;
      now.failures++;
      // The first time at once, then after 0.2 s, 0.4 s and so on.
      now.notBefore = now.failures > 1 ? Date.now() + Math.min(100 * 2 ** (now.failures - 1), 5_000) : 0;
    });
    running.set(slug, now);
    return now;
  }

  async function answer(request: Request, slug: string): Promise<Response> {
    const deployed = store
      .collection("edgeFunctions")
      .list()
      .find((each) => each.slug === slug);
    if (deployed === undefined || closed) return failureResponse("NOT_FOUND");
    if (!isSupportedMethod(request.method)) return failureResponse("METHOD_NOT_ALLOWED");
    try {
      const environment = environmentOf(deployed);
      if (deployed.verifyJwt) {
        const { SUPABASE_ANON_KEY, SUPABASE_SERVICE_ROLE_KEY } = environment;
        const refusal = checkJwt(request, [SUPABASE_ANON_KEY, SUPABASE_SERVICE_ROLE_KEY]);
        if (refusal) return refusal;
      }
      const now = current(deployed, environment);
      const response = await now.worker.fetch(request, pathForFunction(request.url));
      now.failures = 0;
      return response;
    } catch (error) {
      if (error instanceof PlatformFailure) return failureResponse(error.code);
      log(`functions: ${slug}: ${String(error)}`);
      return failureResponse("WORKER_ERROR");
    }
  }

  const calls = new FunctionCalls();
  return {
    calls,
    async fetch(request, slug) {
      const started = performance.now();
      const response = await answer(request, slug);
      calls.add({
        at: Date.now(),
        slug,
        method: request.method,
        path: new URL(request.url).pathname,
        status: response.status,
        milliseconds: Math.round(performance.now() - started),
      });
      return response;
    },
    async close() {
      closed = true;
      await Promise.all([...workers].map((worker) => worker.stop()));
    },
  };
}

/** As on Supabase, a function sees its own name as the first part of the path: `/upload-media/…`. */
function pathForFunction(address: string): string {
  const { pathname, search } = new URL(address);
  return pathname.replace(/^\/functions\/v1(?=\/)/, "") + search;
}
