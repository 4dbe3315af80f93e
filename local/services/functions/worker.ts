import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";
import { denoBinary } from "./deno.ts";
import { forward } from "./forward.ts";
import { type FailureCode, PlatformFailure } from "./platform.ts";

/** https://supabase.com/docs/guides/functions/limits */
export interface WorkerLimits {
  /** How long a process lives once it listens, ms. It takes no new requests after half of that, so that the last ones can end. */
  wallClock: number;
  /** How long a request may wait for the first byte of its answer, ms. */
  idle: number;
  /** How long a process may take until it listens, ms. */
  boot: number;
  /** JavaScript heap, MB. */
  memory: number;
}

export interface WorkerOptions {
  bundle: string;
  /** All of the environment that the function sees. */
  environment: Readonly<Record<string, string>>;
  /** Deno's cache of compiled code. */
  cache: string;
  /** Compiles the function anew, as the platform does at each start. Default: false, which starts sooner. */
  compilesAnew?: boolean;
  limits: WorkerLimits;
  /** Takes each line that the function prints, and what happens to its process. */
  log: (line: string) => void;
}

/** Part of every worker's command line, by which a leftover is found. */
export const bootstrap = join(import.meta.dirname, "bootstrap.js");

/** One Deno process that runs one version of one function. */
export class Worker {
  /** Fulfilled when the process is gone; a failure unless it was stopped by us. */
  readonly exited: Promise<void>;
  /** Where it listens on this machine, once it does. Rejects when it never will. */
  readonly address: Promise<string>;
  readonly #options: WorkerOptions;
  readonly #process: ChildProcess;
  readonly #pool: Promise<Pool>;
  readonly #timers: NodeJS.Timeout[] = [];
  #inFlight = 0;
  #retired = false;
  /** Set when the process ends, or is being ended. */
  #end: FailureCode | "stopped" | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#process = spawn(denoBinary(), denoArguments(options), {
      env: { ...options.environment, DENO_DIR: options.cache, NO_COLOR: "1" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.exited = new Promise((resolve) => {
      this.#process.once("error", (error) => options.log(`cannot be started: ${error.message}`));
      this.#process.once("close", (code, signal) => {
        this.#end ??= isOutOfMemory(signal) ? "WORKER_LIMIT" : "WORKER_ERROR";
        this.#timers.forEach(clearTimeout);
        options.log(`shutdown (${this.#end}${signal ? `, ${signal}` : `, exit code ${code}`})`);
        resolve();
      });
    });
    this.address = this.#listening();
    this.#pool = this.address.then((address) => {
      // Its life begins here: how long it may take until then has a limit of its own.
      this.#after(options.limits.wallClock / 2, () => this.retire());
      this.#after(options.limits.wallClock, () => this.#kill("WORKER_LIMIT"));
      return this.#connect(address);
    });
    // Whoever asks for it is told; nobody may ask.
    this.#pool.catch(() => {});
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Whether it takes new requests. */
  get isOpen(): boolean {
    return !this.#retired && this.#end === undefined;
  }

  /** Whether it ended by itself, against our will. */
  get hasCrashed(): boolean {
    return this.#end !== undefined && this.#end !== "stopped" && !this.#retired;
  }

  /** Answers with the function's response; throws {@link PlatformFailure} when there is none. */
  async fetch(request: Request, path: string): Promise<Response> {
    this.#inFlight++;
    let done = (): void => {
      done = () => {};
      this.#inFlight--;
      this.#endWhenIdle();
    };
    try {
      const pool = await this.#pool;
      const { response, body } = await forward(pool, request, path, this.#options.limits.idle);
      void finished(body, { cleanup: true }).then(done, done);
      return response;
    } catch (error) {
      done();
      if (error instanceof PlatformFailure) throw error;
      // The connection broke, most likely because the process is ending: then its end says why.
      await Promise.race([this.exited, delay(500, undefined, { ref: false })]);
      const end = this.#end === undefined || this.#end === "stopped" ? "WORKER_ERROR" : this.#end;
      this.#options.log(`no answer (${end}): ${String(error)}`);
      throw new PlatformFailure(end);
    }
  }

  /** Takes no more requests and ends once the last one is answered. */
  retire(): void {
    this.#retired = true;
    this.#endWhenIdle();
  }

  /** Ends the process now. */
  async stop(): Promise<void> {
    this.#kill("stopped");
    await this.exited;
  }

  #endWhenIdle(): void {
    if (this.#retired && this.#inFlight === 0) this.#kill("stopped");
  }

  #kill(end: FailureCode | "stopped"): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#process.kill("SIGKILL");
  }

  #after(milliseconds: number, act: () => void): void {
    this.#timers.push(setTimeout(act, milliseconds).unref());
  }

  /** Copies what the process prints to the log, and waits for the bootstrap's announcement in it. */
  async #listening(): Promise<string> {
    const started = performance.now();
    const { log, limits } = this.#options;
    const port = new Promise<number>((resolve) => {
      createInterface(this.#process.stdout!).on("line", (line) => {
        const announced = /^@lavlay listening (\d+)$/.exec(line)?.[1];
        if (announced === undefined) return log(line);
        log(`booted (time: ${Math.round(performance.now() - started)}ms)`);
        resolve(Number(announced));
      });
      createInterface(this.#process.stderr!).on("line", log);
    });
    const found = await Promise.race([port, this.exited, delay(limits.boot, undefined, { ref: false })]);
    if (found === undefined) {
      this.#kill("BOOT_ERROR");
      throw new PlatformFailure("BOOT_ERROR");
    }
    return `http://127.0.0.1:${found}`;
  }

  #connect(address: string): Pool {
    // Its own clocks are the only ones: a function may stream for as long as it lives.
    const pool = new Pool(address, { headersTimeout: 0, bodyTimeout: 0 });
    void this.exited.then(() => pool.destroy());
    return pool;
  }
}

/**
 * The function sees its environment, which holds nothing else, and may call this machine and the hosts that its
 * environment names. It reads and writes no file and starts no program.
 */
function denoArguments({ bundle, environment, limits, compilesAnew }: WorkerOptions): string[] {
  return [
    "run",
    ...["--quiet", "--no-prompt", "--cached-only", "--no-remote", "--no-npm", "--no-config", "--no-lock"],
    ...(compilesAnew ? ["--no-code-cache"] : []),
    `--v8-flags=--max-old-space-size=${limits.memory}`,
    "--allow-env",
    `--allow-net=${["127.0.0.1", "localhost", "[::1]", ...hostsIn(environment)].join(",")}`,
    `--preload=${bootstrap}`,
    bundle,
  ];
}

function hostsIn(environment: Readonly<Record<string, string>>): string[] {
  const addresses = Object.values(environment).filter((value) => URL.canParse(value));
  const hosts = addresses.map((address) => new URL(address).hostname);
  return [...new Set(hosts)].filter((host) => /^[\w.-]+$/.test(host));
}

/** V8 aborts when its heap is full. */
function isOutOfMemory(signal: NodeJS.Signals | null): boolean {
  return signal === "SIGTRAP" || signal === "SIGABRT" || signal === "SIGILL";
}
