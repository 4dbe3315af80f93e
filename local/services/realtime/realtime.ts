import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import pg from "pg";
import { WebSocketServer } from "ws";
import type { ProjectKeys } from "../auth/keys.ts";
import { createTokenKit } from "../auth/tokens.ts";
import { createApiKeys } from "../gateway/api-keys.ts";
import { ChangeFeed, publication, type Change } from "./changes.ts";
import type { Channel } from "./channel.ts";
import { Connection } from "./connection.ts";
import { checkSubscription, matches, type Subscription } from "./subscription.ts";
import { seenBy, type Seen } from "./visible.ts";

/** What Supabase's Realtime does and the local one does not. */
export const notImitated: readonly string[] = [
  "Realtime's broadcast and presence, private channels: their messages are taken and go nowhere",
  "Realtime's old values beyond the primary key, `select`, filters beyond eq, neq, lt, lte, gt, gte, in",
  "Realtime's limits beside those of users and channels; tables without a primary key",
];

/** Bytes of a message. */
const maxPayload = 256 * 1024;

export interface RealtimeOptions {
  readonly keys: ProjectKeys;
  readonly superuserUrl: string;
  /** Of a role that may become any role of the API. */
  readonly authenticatorUrl: string;
  /** How many users may be connected at once. */
  readonly maxUsers: () => number;
  readonly log: (line: string) => void;
}

export interface Realtime {
  /** Takes a request for a WebSocket over, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** Tells the clients that ask for it what changes in the published tables, each what it may see. */
export function createRealtime(options: RealtimeOptions): Realtime {
  const { keys, superuserUrl, authenticatorUrl, maxUsers, log } = options;
  const tokens = createTokenKit(keys);
  const apiKeys = createApiKeys();
  const connections = new Set<Connection>();
  const server = new WebSocketServer({ noServer: true, maxPayload });
  const superuser = poolOf(superuserUrl);
  const authenticator = poolOf(authenticatorUrl);
  const feed = new ChangeFeed({ url: superuserUrl, tell, log });
  let closed = false;

  return {
    async upgrade(request, socket, head) {
      socket.on("error", () => socket.destroy());
      const [path = "", query] = (request.url ?? "").split("?", 2);
      if (path !== "/realtime/v1/websocket") return refuse(socket, "404 Not Found", {});
      const url = new URL(`http://realtime/?${query ?? ""}`);
      const headers = new Headers();
      // Whoever it is says so in each channel.
      const refusal = await apiKeys.admit(headers, url, keys);
      if (refusal) return refuse(socket, "401 Unauthorized", refusal);
      if (closed) return void socket.destroy();
      const token = headers.get("authorization")!.replace("Bearer ", "");
      const version = url.searchParams.get("vsn") === "2.0.0" ? "2.0.0" : "1.0.0";
      server.handleUpgrade(request, socket, head, (socket) => {
        const connection: Connection = new Connection({
          socket,
          version,
          token,
          tokens,
          hasRoom,
          subscribe,
          changed: stopUnwanted,
          log,
        });
        connections.add(connection);
        socket.once("close", () => connections.delete(connection));
      });
    },
    async close() {
      closed = true;
      for (const connection of connections) connection.close();
      for (const client of server.clients) client.terminate();
      await feed.stop();
      await Promise.all([superuser.end(), authenticator.end()]);
    },
  };

  function poolOf(connectionString: string): pg.Pool {
    const pool = new pg.Pool({ connectionString, max: 1, application_name: "realtime" });
    return pool.on("error", (error) => log(error.message));
  }

  function hasRoom(connection: Connection): boolean {
    const users = [...connections].filter(({ channels }) => channels.size > 0);
    return users.includes(connection) || users.length < maxUsers();
  }

  async function subscribe(role: string, subscriptions: readonly Subscription[]): Promise<void> {
    const client = await superuser.connect();
    try {
      for (const each of subscriptions) await checkSubscription(client, publication, role, each);
    } finally {
      client.release();
    }
    await feed.start();
  }

  /** While nobody listens Postgres has nothing to decode. */
  function stopUnwanted(): void {
    if ([...connections].every(({ channels }) => channels.size === 0)) void feed.stop();
  }

  async function tell(changes: readonly Change[]): Promise<void> {
    for (const change of changes) {
      for (const connection of connections) {
        for (const channel of connection.channels.values()) await tellChannel(connection, channel, change);
      }
    }
  }

  /** One message, with the numbers of all that asked for it. */
  async function tellChannel(connection: Connection, channel: Channel, change: Change): Promise<void> {
    const ids: number[] = [];
    let seen: Seen;
    for (const subscription of channel.subscriptions.filter((each) => matches(each, change))) {
      // Of what is deleted only the key is left, which nobody is kept from.
      const found = change.row ? await see(channel, change, subscription) : ({ record: {} } as Seen);
      if (found === undefined) continue;
      ids.push(subscription.id);
      seen = found;
    }
    if (ids.length > 0) connection.send(channel, "postgres_changes", { ids, data: dataOf(change, seen) });
  }

  async function see(channel: Channel, change: Change, { filter }: Subscription): Promise<Seen> {
    const client = await authenticator.connect();
    try {
      return await seenBy(client, channel.claims, change, filter);
    } catch (error) {
      // Such as a table that is gone since: this change is nobody's any more.
      log((error as Error).message);
      return undefined;
    } finally {
      client.release();
    }
  }
}

function dataOf({ type, table, oldKey, committedAt }: Change, seen: Seen): object {
  const authorized = typeof seen === "object";
  return {
    schema: table.schema,
    table: table.name,
    commit_timestamp: committedAt,
    type,
    columns: authorized
      ? table.columns
          .filter(({ name }) => type === "DELETE" || name in seen.record)
          .map(({ name, type }) => ({ name, type }))
      : [],
    ...(type !== "DELETE" && { record: authorized ? seen.record : {} }),
    ...(oldKey && { old_record: authorized ? oldKey : {} }),
    errors: authorized ? null : ["Error 401: Unauthorized"],
  };
}

function refuse(socket: Duplex, status: string, answer: object): void {
  const body = JSON.stringify(answer);
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
