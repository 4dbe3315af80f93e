import { Hono, type Context } from "hono";
import type { RedisDatabase } from "../../state/model.ts";
import type { Store } from "../../state/store.ts";
import { readCommands, RedisError, RedisStore } from "./store.ts";

/** What Upstash does and the local Redis does not. */
export const notImitated: readonly string[] = [
  "persistence: the data is lost when the local target stops, as a cache's may be",
  "regions, replication, TLS, the Redis protocol: its REST API alone, over HTTP",
  "limits of memory, commands and bandwidth; eviction",
  "commands beyond those of a cache, a counter, a rate limiter and a small queue; scripts",
];

export interface RedisOptions {
  store: Store;
  /** Milliseconds since 1970. Default: the clock. */
  now?: () => number;
}

/** Upstash's REST API over Redis: a command as a JSON array or as a path, pipelines and transactions. */
export function createRedis({ store, now = Date.now }: RedisOptions): Hono {
  const databases = store.collection("redisDatabases");
  const contents = new Map<string, RedisStore>();
  const app = new Hono();

  const open = (context: Context): { content: RedisStore; mayWrite: boolean } | undefined => {
    const given =
      /^Bearer (.+)$/.exec(context.req.header("authorization") ?? "")?.[1] ?? context.req.query("_token");
    const database = databases
      .list()
      .find(({ restToken, readOnlyRestToken }) => given === restToken || given === readOnlyRestToken);
    if (!database) return undefined;
    return { content: contentOf(database), mayWrite: given === database.restToken };
  };
  const contentOf = ({ id }: RedisDatabase): RedisStore => {
    const content = contents.get(id) ?? new RedisStore(now);
    contents.set(id, content);
    return content;
  };

  const handle =
    (answer: (run: (command: unknown) => Outcome, body: unknown) => Outcome | Outcome[]) =>
    async (context: Context): Promise<Response> => {
      const opened = open(context);
      if (!opened) return context.json({ error: "WRONGPASS invalid or missing auth token" }, 401);
      let body: unknown;
      try {
        body = await bodyOf(context);
      } catch {
        return context.json({ error: "ERR failed to parse the command: it must be a JSON array" }, 400);
      }
      const outcome = answer((command) => run(opened, command), body);
      const failed = !Array.isArray(outcome) && "error" in outcome;
      return context.json(outcome, failed ? 400 : 200);
    };

  const several = handle((run, body) => (Array.isArray(body) ? body.map(run) : run(body)));
  app.post("/pipeline", several);
  app.post("/multi-exec", several);
  app.post(
    "/",
    handle((run, body) => run(body)),
  );
  app.get(
    "/*",
    handle((run, body) => run(body)),
  );
  return app;
}

type Outcome = { result: unknown } | { error: string };

async function bodyOf(context: Context): Promise<unknown> {
  if (context.req.method === "POST") return context.req.json();
  return new URL(context.req.url).pathname.split("/").filter(Boolean).map(decodeURIComponent);
}

function run({ content, mayWrite }: { content: RedisStore; mayWrite: boolean }, command: unknown): Outcome {
  if (!Array.isArray(command) || command.length === 0) return { error: "ERR empty command" };
  const words = command.map((word) => (typeof word === "string" ? word : JSON.stringify(word)));
  if (!mayWrite && !readCommands.has((words[0] ?? "").toUpperCase())) {
    return { error: "NOPERM this user has no permissions to run the command" };
  }
  try {
    return { result: content.run(words) };
  } catch (error) {
    if (error instanceof RedisError) return { error: error.message };
    throw error;
  }
}
