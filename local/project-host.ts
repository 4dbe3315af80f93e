import pg from "pg";
import type { Hono } from "hono";
import { createAuth } from "./services/auth/auth.ts";
import { loadOrCreateKeys, type ProjectKeys } from "./services/auth/keys.ts";
import { parseAuthSettings } from "./services/auth/settings.ts";
import { CronScheduler } from "./services/cron/cron.ts";
import { NetWorker } from "./services/cron/net.ts";
import { createDataApi } from "./services/data-api/data-api.ts";
import { createGateway } from "./services/gateway/gateway.ts";
import { destroyPostgres, startPostgres, type PostgresServer } from "./services/postgres/postgres.ts";
import {
  endRecovery,
  forgetRecovery,
  goBackTo,
  keepForRecovery,
  markForRecovery,
  recoveryWindow,
  type RecoveryWindow,
} from "./services/postgres/recovery.ts";
import { createRealtime, type Realtime } from "./services/realtime/realtime.ts";
import { scaleOf } from "./services/management-api/scale.ts";
import { listen, type Listener, type UpgradeListener } from "./listen.ts";
import type { LocalPaths } from "./paths.ts";
import type { Ports } from "./ports.ts";
import type { Project } from "./state/model.ts";
import type { Store } from "./state/store.ts";

export interface ProjectHostOptions {
  paths: LocalPaths;
  ports: Ports;
  store: Store;
  /** Runs an edge function. */
  invokeFunction: (request: Request, slug: string) => Promise<Response>;
  log: (line: string) => void;
}

/** The running parts of a project. */
interface Running {
  ref: string;
  keys: ProjectKeys;
  postgres: PostgresServer;
  auth: Hono;
  dataApi: Hono;
  realtime: Realtime;
  close(): Promise<void>;
}

/** Runs the one Supabase project that a local target has: Postgres, Auth, the data API, Realtime and the gateway before them. */
export class ProjectHost {
  readonly #options: ProjectHostOptions;
  #running: Running | undefined;
  /** Keeps Postgres's port from others while there is no Postgres: the engine is told the port before. */
  #held: Listener | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** Answers requests to the project's API; 503 while there is no project. */
  readonly gateway: Hono;

  constructor(options: ProjectHostOptions) {
    this.#options = options;
    this.gateway = createGateway({
      keys: () => this.#running?.keys,
      auth: () => this.#running?.auth,
      dataApi: () => this.#running?.dataApi,
      functions: options.invokeFunction,
    });
  }

  /** Answers requests to the project's API for a WebSocket, which Realtime alone has; 503 while there is no project. */
  readonly upgrade: UpgradeListener = (request, socket, head) => {
    const realtime = this.#running?.realtime;
    if (realtime) void realtime.upgrade(request, socket, head);
    else
      socket
        .on("error", () => socket.destroy())
        .end("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
  };

  /** Takes Postgres's port before there is a project. */
  holdPort(): Promise<void> {
    return this.#inTurn(() => this.#hold());
  }

  /** Makes the project, or starts it again; does nothing if it runs. */
  start(project: Project): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#running?.ref === project.ref) return;
      await this.#release();
      try {
        this.#running = await this.#run(project);
      } catch (error) {
        await this.#hold().catch(() => {}); // What failed may be that somebody else has the port.
        throw error;
      }
    });
  }

  /** Brings what runs in line with a changed record. */
  update(project: Project): Promise<void> {
    return this.#inTurn(async () => this.#running?.postgres.setPassword(project.databasePassword));
  }

  /** Keeps what point-in-time recovery needs while the project has the add-on, and no longer. */
  matchRecovery({ ref }: Project): Promise<void> {
    return this.#inTurn(async () => {
      const running = this.#running;
      const { paths, store } = this.#options;
      if (running?.ref !== ref) return;
      if (store.collection("scales").get(ref)?.addons["pitr"])
        await keepForRecovery(paths.postgres, running.postgres.superuserUrl);
      else await forgetRecovery(paths.postgres);
    });
  }

  /** What the database can be taken back to; undefined without point-in-time recovery. */
  recoveryWindow(): Promise<RecoveryWindow | undefined> {
    return recoveryWindow(this.#options.paths.postgres);
  }

  /** Takes the database back to that moment, which must be within what is kept. Nothing of the project answers meanwhile. */
  restore(project: Project, moment: Date): Promise<void> {
    return this.#inTurn(async () => {
      const { postgres } = this.#options.paths;
      await markForRecovery(this.#require(project.ref).postgres.superuserUrl);
      await this.#close();
      await goBackTo(postgres, moment);
      this.#running = await this.#run(project);
      await endRecovery(postgres, this.#running.postgres.superuserUrl);
    });
  }

  /** Stops it; its data stays. */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#close();
      await this.#release();
    });
  }

  /** Stops it and deletes its data. */
  destroy(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#close();
      await destroyPostgres(this.#options.paths.postgres);
      await this.#hold();
    });
  }

  /**
   * The keys of the running project.
   * @throws Error when that project does not run
   */
  keys(ref: string): ProjectKeys {
    return this.#require(ref).keys;
  }

  /** The pooler's connection string, in Supabase's form, with a placeholder for the password. */
  poolerUrl(ref: string): string {
    return `postgresql://postgres:[YOUR-PASSWORD]@127.0.0.1:${this.#require(ref).postgres.port}/postgres`;
  }

  /** What every edge function of the project finds in its environment. */
  functionEnvironment(ref: string): Record<string, string> {
    const { keys, postgres } = this.#require(ref);
    return {
      SUPABASE_URL: this.#url,
      SUPABASE_ANON_KEY: keys.anonKey,
      SUPABASE_SERVICE_ROLE_KEY: keys.serviceRoleKey,
      SUPABASE_DB_URL: postgres.url,
    };
  }

  get #url(): string {
    return `http://127.0.0.1:${this.#options.ports.api}`;
  }

  #require(ref: string): Running {
    if (this.#running?.ref !== ref) throw new Error(`Project ${ref} is not running.`);
    return this.#running;
  }

  /**
   * After what was asked before: an engine that was killed leaves its request at work while the next engine makes its
   * own, and a stop may come in the middle of either.
   */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {}); // Told to whoever asked.
    return result;
  }

  async #hold(): Promise<void> {
    this.#held ??= await listen(this.#options.ports.postgres, (_, response) => response.destroy());
  }

  async #release(): Promise<void> {
    await this.#held?.close();
    this.#held = undefined;
  }

  async #close(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.close();
  }

  async #run(project: Project): Promise<Running> {
    const { paths, ports, store, log } = this.#options;
    const settings = store.collection("projectSettings");
    const keys = await loadOrCreateKeys(paths.keys, project.ref);
    const postgres = await startPostgres({
      directory: paths.postgres,
      port: ports.postgres,
      password: project.databasePassword,
      log: (line) => log(`postgres: ${line}`),
    });
    const pool = new pg.Pool({ connectionString: postgres.authAdminUrl, max: 5 });
    pool.on("error", (error) => log(`auth: ${error.message}`));
    const auth = createAuth({
      pool,
      keys,
      issuer: `${this.#url}/auth/v1`,
      settings: () => parseAuthSettings(settings.get(project.ref)?.auth),
      log: (line) => log(`auth: ${line}`),
    });
    const dataApi = await createDataApi({
      databaseUrl: postgres.authenticatorUrl,
      keys,
      settings: () => dataApiSettings(settings.get(project.ref)?.api),
      log: (line) => log(`data API: ${line}`),
    });
    const realtime = createRealtime({
      keys,
      superuserUrl: postgres.superuserUrl,
      authenticatorUrl: postgres.authenticatorUrl,
      maxUsers: () => scaleOf(store, project).realtimeConnections,
      log: (line) => log(`realtime: ${line}`),
    });
    const cron = new CronScheduler({ url: postgres.superuserUrl, log: (line) => log(`cron: ${line}`) });
    const net = new NetWorker({ url: postgres.superuserUrl, log: (line) => log(`pg_net: ${line}`) });
    cron.start();
    net.start();
    log(`project ${project.ref}: running on ${this.#url}`);
    return {
      ref: project.ref,
      keys,
      postgres,
      auth,
      dataApi: dataApi.app,
      realtime,
      close: async () => {
        await realtime.close();
        await cron.close();
        await net.close();
        await dataApi.close();
        await pool.end();
        await postgres.stop();
      },
    };
  }
}

/** Declared by the names of the Management API. */
function dataApiSettings(api: Record<string, unknown> = {}) {
  const list = (value: unknown) =>
    String(value)
      .split(",")
      .map((name) => name.trim());
  return {
    schemas: list(api["db_schema"] ?? "public"),
    extraSearchPath: list(api["db_extra_search_path"] ?? "public, extensions"),
    maxRows: Number(api["max_rows"] ?? 1000),
  };
}
