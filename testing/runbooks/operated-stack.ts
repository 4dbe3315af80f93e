import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { x } from "tinyexec";
import { expect } from "vitest";
import { frontFetch } from "../../local/demo/front-fetch.ts";
import { runningDaemon, type DaemonInfo } from "../../local/process.ts";
import { checkOut, type Checkout } from "../checkout.ts";
import { until } from "../until.ts";

/** A checkout with a history, its local target, and what happens to both without the operator's doing. */
export interface OperatedStack {
  readonly checkout: Checkout;
  /** Of whoever follows a runbook. */
  readonly environment: NodeJS.ProcessEnv;
  /** Starts the local target, with nothing applied to it that was not before. */
  start(): Promise<void>;
  daemon(): DaemonInfo;
  /** Commits all files. @returns the commit */
  commit(message: string): string;
  /** Where the database is reached now, with its password. */
  databaseUrl(): string;
  /** Runs SQL as the stack's owner; the rows of the last statement. */
  sql(text: string): Promise<Record<string, unknown>[]>;
  /** What the local target has of one kind. */
  records<T>(collection: string): T[];
  /** What the web app's host shows. */
  page(): Promise<string>;
  /** A call of one of the vendors' stand-ins, with the stack's token. */
  vendor(method: string, path: string, token: string, body?: unknown): Promise<unknown>;
  /** Somebody deploys another page at Vercel, by its API. */
  deployByHand(html: string): Promise<void>;
  /** Kills the engine as soon as it has begun with that resource. */
  killEngineAt(resource: string): Promise<void>;
  remove(): Promise<void>;
}

/** The one account that the stack has. */
export const ada = "00000000-0000-4000-8000-000000000001";

const startTarget = `import("./local/process.ts").then((local) => local.ensureDaemon(process.env.LAVLAY_LOCAL_DIR))`;

export function operatedStack(): OperatedStack {
  const checkout = checkOut();
  const { root, local } = checkout;
  const environment = {
    ...process.env,
    LAVLAY_LOCAL_DIR: local,
    NO_COLOR: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    ...Object.fromEntries(
      ["AUTHOR", "COMMITTER"].flatMap((who) => [
        [`GIT_${who}_NAME`, "operator"],
        [`GIT_${who}_EMAIL`, "operator@lavlay.localhost"],
      ]),
    ),
  };
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: root, env: environment, encoding: "utf8" }).trim();
  git("init", "--quiet");

  const daemon = () => {
    const running = runningDaemon(local);
    if (!running) throw new Error("The local target does not run.");
    return running;
  };
  const vendor: OperatedStack["vendor"] = async (method, path, token, body) => {
    const { ports, environment: tokens } = daemon();
    const answer = await fetch(`http://127.0.0.1:${ports.management}${path}`, {
      method,
      headers: { authorization: `Bearer ${tokens[token]}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    expect(answer.ok, `${method} ${path}: ${text}`).toBe(true);
    return text === "" ? undefined : JSON.parse(text);
  };
  const state = () =>
    JSON.parse(readFileSync(join(local, "state.json"), "utf8")) as Record<string, Record<string, unknown>>;
  const databaseUrl = () => {
    const [project] = Object.values(state()["projects"] ?? {}) as { databasePassword: string }[];
    const password = encodeURIComponent(project?.databasePassword ?? "");
    return `postgresql://postgres:${password}@127.0.0.1:${daemon().ports.postgres}/postgres`;
  };

  return {
    checkout,
    environment,
    daemon,
    vendor,
    databaseUrl,
    start: async () => {
      await x(process.execPath, ["--import", "tsx", "--eval", startTarget], {
        throwOnError: true,
        nodeOptions: { cwd: root, env: environment },
      });
    },
    commit: (message) => {
      // The dependencies are a link here, which the list of what is ignored does not mean.
      git("add", "--all", "--", ".", ":!node_modules");
      git("commit", "--quiet", "--allow-empty", `--message=${message}`);
      return git("rev-parse", "HEAD");
    },
    sql: async (text) => {
      const client = new pg.Client({ connectionString: databaseUrl() });
      await client.connect();
      try {
        return ([await client.query(text)].flat().at(-1)?.rows ?? []) as Record<string, unknown>[];
      } finally {
        await client.end();
      }
    },
    records: <T>(collection: string) => Object.values(state()[collection] ?? {}) as T[],
    page: async () => (await frontFetch(`http://app.lavlay.localhost:${daemon().ports.front}`)).text(),
    deployByHand: async (html) => {
      const { ports, environment: tokens } = daemon();
      const sha = createHash("sha1").update(html).digest("hex");
      const sent = await fetch(`http://127.0.0.1:${ports.management}/vercel/v2/files`, {
        method: "POST",
        headers: { authorization: `Bearer ${tokens["VERCEL_API_TOKEN"]}`, "x-vercel-digest": sha },
        body: html,
      });
      expect(sent.ok).toBe(true);
      const project = Object.keys(state()["webProjects"] ?? {})[0];
      const files = [{ file: "index.html", sha, size: html.length }];
      await vendor("POST", "/vercel/v13/deployments", "VERCEL_API_TOKEN", {
        name: "by hand",
        project,
        target: "production",
        files,
      });
    },
    killEngineAt: async (resource) => {
      const backend = join(local, "pulumi", ".pulumi");
      const checkpoint = join(backend, "stacks", "lavlay", "local.json");
      await until(`${resource} is begun`, () => {
        const { latest } = (
          JSON.parse(readFileSync(checkpoint, "utf8")) as {
            checkpoint: { latest: { pending_operations?: { resource: { urn: string } }[] } };
          }
        ).checkpoint;
        return (latest.pending_operations ?? []).some(({ resource: { urn } }) =>
          urn.endsWith(`::${resource}`),
        );
      });
      const locks = join(backend, "locks", "organization", "lavlay", "local");
      const [lock = ""] = readdirSync(locks);
      process.kill((JSON.parse(readFileSync(join(locks, lock), "utf8")) as { pid: number }).pid, "SIGKILL");
    },
    remove: () => checkout.remove(),
  };
}
