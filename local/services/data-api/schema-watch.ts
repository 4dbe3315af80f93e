import pg from "pg";
import { loadSchemaCache, type SchemaCache } from "./schema-cache.ts";

/** How long to wait before listening again after the connection was lost. */
const RETRY_MS = 500;

/** The schema cache, read again at every `notify pgrst` and whenever other schemas are exposed. */
export class SchemaWatch {
  #cache: Promise<SchemaCache> | undefined;
  #loaded = "";
  #listener: pg.Client | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly pool: pg.Pool,
    private readonly databaseUrl: string,
    private readonly schemas: () => readonly string[],
    private readonly log: (message: string) => void,
  ) {}

  /** Listens and reads for the first time. */
  async start(): Promise<void> {
    await this.#listen();
    await this.reload();
  }

  /** The cache for the schemas that are exposed now. */
  async current(): Promise<SchemaCache> {
    if (!this.#cache || JSON.stringify(this.schemas()) !== this.#loaded) await this.reload();
    return this.#cache!;
  }

  /** Requests that come meanwhile wait for it. When it fails the cache before stays. */
  async reload(): Promise<void> {
    const schemas = this.schemas();
    const before = this.#cache;
    const next = loadSchemaCache(this.pool, schemas);
    this.#cache = next;
    this.#loaded = JSON.stringify(schemas);
    try {
      await next;
    } catch (error) {
      if (this.#cache === next) {
        this.#cache = before;
        this.#loaded = "";
      }
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#listener?.end();
  }

  async #listen(): Promise<void> {
    const listener = new pg.Client({
      connectionString: this.databaseUrl,
      application_name: "data-api listener",
    });
    this.#listener = listener;
    listener.on("notification", () => this.#reloadQuietly());
    listener.on("error", () => {});
    listener.on("end", () => this.#again());
    await listener.connect();
    await listener.query("listen pgrst");
  }

  /** After a lost connection notifications may have been missed, so the schema is read again too. */
  #again(): void {
    if (this.#closed) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#listen().then(
        () => this.#reloadQuietly(),
        () => this.#again(),
      );
    }, RETRY_MS);
  }

  #reloadQuietly(): void {
    this.reload().catch((error: Error) =>
      this.log(`data API: the schema could not be read: ${error.message}`),
    );
  }
}
