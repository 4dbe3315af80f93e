import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { PgoutputPlugin, type Pgoutput } from "pg-logical-replication";
import type { ChangeType } from "./subscription.ts";

/** What Supabase's Realtime reads: the tables in it are told of. */
export const publication = "supabase_realtime";
/** It is of the session, and gone with it: what is not read holds back no log. */
const slot = "supabase_realtime_replication_slot";
/** How often Supabase's asks for changes by default, ms. */
const everyMs = 100;
const retryMs = 1_000;

export interface Column {
  readonly name: string;
  /** As the catalog names it, such as `int4`. */
  readonly type: string;
  /** As SQL writes it, such as `character varying(30)`. */
  readonly declaredType: string;
}

export interface Table {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly Column[];
  /** The primary key's columns. */
  readonly key: readonly string[];
}

/** Values as Postgres writes them; without those that a change did not touch and that are kept elsewhere (TOAST). */
export type Row = Readonly<Record<string, string | null>>;

export interface Change {
  readonly type: ChangeType;
  readonly table: Table;
  /** Undefined of one that is deleted. */
  readonly row?: Row;
  /** The primary key as it was; undefined of one that is new. */
  readonly oldKey?: Row;
  readonly committedAt: string;
}

export interface ChangeFeedOptions {
  /** Of the superuser. */
  readonly url: string;
  /** Takes what was committed since, in that order; the next come once this is done. */
  readonly tell: (changes: readonly Change[]) => Promise<void>;
  readonly log: (line: string) => void;
}

/** Reads what is committed to the published tables from Postgres's log, while somebody wants to know. */
export class ChangeFeed {
  readonly #options: ChangeFeedOptions;
  #reading: { end: AbortController; ready: Promise<void> } | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(options: ChangeFeedOptions) {
    this.#options = options;
  }

  /** Resolves once whatever is committed from now on is told. */
  start(): Promise<void> {
    if (!this.#reading) {
      const end = new AbortController();
      let over!: Promise<void>;
      // After the reading before: two slots of one name cannot be.
      const ready = new Promise<void>((resolve) => {
        over = this.#last.then(() => this.#read(end.signal, resolve));
      });
      this.#last = over;
      this.#reading = { end, ready };
    }
    return this.#reading.ready;
  }

  async stop(): Promise<void> {
    this.#reading?.end.abort();
    this.#reading = undefined;
    await this.#last;
  }

  async #read(end: AbortSignal, ready: () => void): Promise<void> {
    const { url, tell, log } = this.#options;
    while (!end.aborted) {
      const client = new pg.Client({ connectionString: url, application_name: "realtime" });
      client.on("error", () => {}); // Its next query fails, which is enough.
      try {
        await client.connect();
        // Not a statement of the project's: nobody is to look for it among the slow ones.
        await client.query("set pg_stat_statements.track = 'none'");
        await client.query("select pg_create_logical_replication_slot($1, 'pgoutput', true)", [slot]);
        const decoder = new Decoder(client);
        ready();
        while (!end.aborted) {
          const changes = await decoder.next();
          if (changes.length > 0 && !end.aborted) await tell(changes);
          await delay(everyMs, undefined, { signal: end }).catch(() => {});
        }
      } catch (error) {
        if (!end.aborted) log((error as Error).message);
      } finally {
        await client.end().catch(() => {});
      }
      await delay(retryMs, undefined, { signal: end }).catch(() => {});
    }
    ready();
  }
}

/** Takes what the slot holds and makes changes of it. */
class Decoder {
  readonly #client: pg.Client;
  readonly #plugin = new PgoutputPlugin({ protoVersion: 1, publicationNames: [publication] });
  readonly #tables = new Map<number, Table>();
  #committedAt = "";

  constructor(client: pg.Client) {
    this.#client = client;
  }

  async next(): Promise<Change[]> {
    const { rows } = await this.#client.query<{ data: Buffer }>(
      `select data from pg_logical_slot_get_binary_changes($1, null, null,
         'proto_version', '1', 'publication_names', $2)`,
      [slot, publication],
    );
    const changes: Change[] = [];
    for (const { data } of rows) changes.push(...(await this.#changesOf(this.#plugin.parse(data))));
    return changes;
  }

  async #changesOf(message: Pgoutput.Message): Promise<Change[]> {
    if (message.tag === "begin") {
      const microseconds = Number(message.commitTime);
      this.#committedAt = new Date(microseconds / 1000).toISOString();
    }
    if (message.tag === "relation") await this.#learn(message);
    if (message.tag !== "insert" && message.tag !== "update" && message.tag !== "delete") return [];
    const table = this.#tables.get(message.relation.relationOid);
    // Without a primary key nobody can be asked whether they may see a row.
    if (!table || table.key.length === 0) return [];
    const common = { table, committedAt: this.#committedAt };
    const keyOf = (row: Row | null) =>
      Object.fromEntries(table.key.map((name) => [name, row?.[name] ?? null]));
    if (message.tag === "delete") {
      return [{ ...common, type: "DELETE", oldKey: keyOf((message.key ?? message.old) as Row | null) }];
    }
    const row = Object.fromEntries(
      Object.entries(message.new as Row).filter(([, value]) => value !== undefined),
    );
    if (message.tag === "insert") return [{ ...common, type: "INSERT", row }];
    return [{ ...common, type: "UPDATE", row, oldKey: keyOf((message.key ?? message.old ?? row) as Row) }];
  }

  /** A table is described before its first change, and again after it was altered. */
  async #learn(relation: Pgoutput.MessageRelation): Promise<void> {
    // Values are wanted as Postgres writes them: whatever JavaScript makes of them loses something.
    for (const column of relation.columns) column.parser = (text: unknown) => text;
    const { rows } = await this.#client.query<Column & { isKey: boolean }>(
      `select attname as name, typname as type, format_type(atttypid, atttypmod) as "declaredType",
         coalesce(attnum = any (indkey), false) as "isKey"
       from pg_attribute
       join pg_type on pg_type.oid = atttypid
       left join pg_index on indrelid = attrelid and indisprimary
       where attrelid = $1 and attnum > 0 and not attisdropped
       order by attnum`,
      [relation.relationOid],
    );
    this.#tables.set(relation.relationOid, {
      schema: relation.schema,
      name: relation.name,
      columns: rows.map(({ name, type, declaredType }) => ({ name, type, declaredType })),
      key: rows.filter(({ isKey }) => isKey).map(({ name }) => name),
    });
  }
}
