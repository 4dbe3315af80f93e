import type { WebSocket } from "ws";
import type { TokenKit } from "../auth/tokens.ts";
import { claimsOf, TokenError, type Channel } from "./channel.ts";
import { decode, encode, type Message, type Version } from "./message.ts";
import { parseSubscription, SubscriptionError, type Subscription } from "./subscription.ts";

/** As many channels as Realtime lets one client have. */
const mostChannels = 100;
const mostMs = 2 ** 31 - 1;

export interface ConnectionOptions {
  readonly socket: WebSocket;
  readonly version: Version;
  /** Of the API key it came with: who it is in channels that it joins without another. */
  readonly token: string;
  readonly tokens: TokenKit;
  /** Whether one more user may join. */
  readonly hasRoom: (connection: Connection) => boolean;
  /** Resolves once changes are told; throws {@link SubscriptionError}. */
  readonly subscribe: (role: string, subscriptions: readonly Subscription[]) => Promise<void>;
  /** The connection's channels are others now. */
  readonly changed: () => void;
  readonly log: (line: string) => void;
}

/** One client's connection, with the channels it has joined. */
export class Connection {
  readonly channels = new Map<string, Channel>();
  readonly #options: ConnectionOptions;
  #lastId = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { socket, version, changed } = options;
    let last: Promise<void> = Promise.resolve();
    socket.on("message", (data, isBinary) => {
      // Binary ones are broadcasts.
      const message = isBinary ? undefined : decode(version, (data as Buffer).toString());
      if (message) last = last.then(() => this.#take(message)).catch(() => socket.terminate());
    });
    socket.on("error", () => socket.terminate());
    socket.once("close", () => {
      for (const channel of this.channels.values()) clearTimeout(channel.expiry);
      this.channels.clear();
      changed();
    });
  }

  send(channel: Pick<Channel, "topic" | "joinRef">, event: string, payload: Message["payload"]): void {
    this.#send({ joinRef: null, ref: null, topic: channel.topic, event, payload });
  }

  close(): void {
    this.#options.socket.close(1001);
  }

  #send(message: Message): void {
    const { socket, version } = this.#options;
    if (socket.readyState === socket.OPEN) socket.send(encode(version, message));
  }

  #reply({ joinRef, ref, topic }: Message, status: "ok" | "error", response: object): void {
    this.#send({ joinRef, ref, topic, event: "phx_reply", payload: { status, response } });
  }

  async #take(message: Message): Promise<void> {
    const { topic, event } = message;
    if (topic === "phoenix" && event === "heartbeat") return this.#reply(message, "ok", {});
    if (event === "phx_join") return this.#join(message);
    const channel = this.channels.get(topic);
    if (!channel) return this.#reply(message, "error", { reason: "unmatched topic" });
    if (event === "phx_leave") {
      this.#forget(channel);
      this.#reply(message, "ok", {});
      return this.send(channel, "phx_close", {});
    }
    if (event === "access_token") return this.#renew(channel, message.payload["access_token"]);
  }

  async #join(message: Message): Promise<void> {
    const { topic, joinRef, payload } = message;
    const refuse = (reason: string) => this.#reply(message, "error", { reason });
    if (!/^realtime:./s.test(topic)) return refuse("TopicNameRequired: You must provide a topic name");
    const before = this.channels.get(topic);
    if (before) this.#forget(before); // A client that joins again has lost its channel.
    if (this.channels.size >= mostChannels) return refuse("ChannelRateLimitReached: Too many channels");
    if (!this.#options.hasRoom(this)) return refuse("ConnectionRateLimitReached: Too many connected users");

    const channel: Channel = { topic, joinRef, claims: {}, subscriptions: [], expiry: undefined };
    try {
      await this.#authorize(channel, payload["access_token"]);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      return refuse(`${error.code}: ${error.message}`);
    }
    this.channels.set(topic, channel);
    this.#options.changed();
    const wanted = changesWanted(payload).map((each) => ({ ...each, id: ++this.#lastId }));
    this.#reply(message, "ok", { postgres_changes: wanted });
    await this.#subscribe(channel, wanted);
  }

  /** Told in the channel: a client that asks for what is not to be had has joined it all the same. */
  async #subscribe(
    channel: Channel,
    wanted: readonly (Record<string, unknown> & { id: number })[],
  ): Promise<void> {
    if (wanted.length === 0) return;
    try {
      const subscriptions = wanted.map((each) => ({ ...parseSubscription(each), id: each.id }));
      await this.#options.subscribe(channel.claims.role ?? "anon", subscriptions);
      channel.subscriptions = subscriptions;
      this.#tell(channel, "postgres_changes", "ok", "Subscribed to PostgreSQL");
    } catch (error) {
      const isTheirs = error instanceof SubscriptionError;
      if (!isTheirs) this.#options.log((error as Error).message);
      const reason = isTheirs ? error.message : "Realtime was unable to connect to the project database";
      this.#tell(channel, "postgres_changes", "error", reason);
    }
  }

  async #renew(channel: Channel, token: unknown): Promise<void> {
    if (typeof token !== "string") return;
    try {
      await this.#authorize(channel, token);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      this.#shut(channel, error.message);
    }
  }

  /** An API key that is no token stands for the one of its role. */
  async #authorize(channel: Channel, given: unknown): Promise<void> {
    const own = typeof given === "string" && given !== "" && !given.startsWith("sb_");
    const claims = await claimsOf(own ? given : this.#options.token, this.#options.tokens);
    channel.claims = claims;
    clearTimeout(channel.expiry);
    if (!own) return; // The key itself does not end.
    const left = claims.exp * 1000 - Date.now();
    channel.expiry = setTimeout(
      () => this.#shut(channel, "Token has expired 0 seconds ago"),
      Math.min(left, mostMs),
    ).unref();
  }

  #shut(channel: Channel, message: string): void {
    this.#forget(channel);
    this.#tell(channel, "system", "error", message);
    this.send(channel, "phx_close", {});
  }

  #forget(channel: Channel): void {
    clearTimeout(channel.expiry);
    if (this.channels.get(channel.topic) === channel) this.channels.delete(channel.topic);
    this.#options.changed();
  }

  #tell(channel: Channel, extension: string, status: string, message: string): void {
    const name = channel.topic.replace(/^realtime:/, "");
    this.send(channel, "system", { extension, status, message, channel: name });
  }
}

function changesWanted(payload: Message["payload"]): Record<string, unknown>[] {
  const { postgres_changes: wanted } = (payload["config"] ?? {}) as { postgres_changes?: unknown };
  return Array.isArray(wanted)
    ? wanted.filter((each): each is Record<string, unknown> => typeof each === "object" && each !== null)
    : [];
}
