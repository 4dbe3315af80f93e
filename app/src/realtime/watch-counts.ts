import { RealtimeClient } from "@supabase/realtime-js";
import { accessToken, supabase } from "../api/supabase.ts";

export interface Counts {
  id: string;
  likes_count: number;
  comments_count: number;
}

const EVERY_MS = 60_000;

const realtime = new RealtimeClient(
  `${import.meta.env.VITE_SUPABASE_URL.replace(/^http/, "ws")}/realtime/v1`,
  {
    params: { apikey: import.meta.env.VITE_SUPABASE_ANON_KEY, eventsPerSecond: 10 },
    accessToken: async () => (await accessToken()) ?? null,
  },
);

/**
 * What is known of Realtime on this page. It may connect and still tell nothing, where the table is not published: only a
 * change that it told shows that it works. Where it is missing, it is not asked for again.
 */
let state: "unknown" | "works" | "missing" = "unknown";

/** Tells the counts of some posts when they change, until it is stopped: by Realtime, and by asking each minute where that does not. */
export function watchCounts(
  ids: readonly string[],
  stopped: AbortSignal,
  tell: (counts: Counts) => void,
): void {
  if (stopped.aborted) return;
  ask(ids, stopped, tell);
  if (state !== "missing") listen(ids, stopped, tell);
}

function listen(ids: readonly string[], stopped: AbortSignal, tell: (counts: Counts) => void): void {
  let connected = false;
  const changes = {
    event: "UPDATE",
    schema: "public",
    table: "posts",
    filter: `id=in.(${ids.join()})`,
  } as const;
  const channel = realtime
    .channel(`counts ${crypto.randomUUID()}`)
    .on<Counts>("postgres_changes", changes, (change) => {
      state = "works";
      tell(change.new);
    })
    .subscribe((status) => {
      if (status === "SUBSCRIBED") connected = true;
      // A connection that breaks later on is taken up again by the client itself.
      if (connected || state === "missing" || stopped.aborted) return;
      state = "missing";
      void realtime.removeAllChannels();
      void realtime.disconnect();
    });
  stopped.addEventListener("abort", () => void realtime.removeChannel(channel), { once: true });
}

function ask(ids: readonly string[], stopped: AbortSignal, tell: (counts: Counts) => void): void {
  const timer = setInterval(async () => {
    if (state === "works" || document.hidden || !navigator.onLine) return;
    const { data } = await supabase
      .from("posts")
      .select("id, likes_count, comments_count")
      .in("id", ids)
      .abortSignal(stopped);
    for (const counts of (data ?? []) as Counts[]) tell(counts);
  }, EVERY_MS);
  stopped.addEventListener("abort", () => clearInterval(timer), { once: true });
}
