import type { WebSocketLikeConstructor } from "@supabase/realtime-js";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { WebSocket } from "ws";
import type { ProjectKeys } from "../services/auth/keys.ts";

/** Where a journey goes, and what it must know to try what must not work. */
export interface JourneyTarget {
  app: string;
  api: string;
  media: string;
  publishableKey: string;
  /** R2's S3 API. */
  objectStore: string;
  bucket: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** The project's own keys: to sign a token that has run out. */
  keys: ProjectKeys;
  /** Requests an address may make to the edge per period. */
  rateLimit: number;
}

/** What a step learns for the later ones. */
export interface Journey {
  readonly target: JourneyTarget;
  readonly ada: SupabaseClient;
  readonly bayo: SupabaseClient;
  /** Filled by the steps. */
  readonly found: { adaToken?: string; adaId?: string; mediaUrl?: string; postId?: string };
}

/** One thing that must be so. It throws when it is not; else it tells what it saw in a few words. */
export interface Step {
  readonly name: string;
  readonly run: (journey: Journey) => Promise<string>;
}

/** How a step ended. */
export interface StepResult {
  readonly step: string;
  readonly ok: boolean;
  /** What was seen, or what was wrong. */
  readonly result: string;
  readonly ms: number;
}

/** Takes the steps one after the other; one that fails does not keep the others from being tried. */
export async function takeJourney(
  target: JourneyTarget,
  steps: readonly Step[],
  watch: (result: StepResult) => void = () => {},
): Promise<StepResult[]> {
  // Nothing is kept between runs: each client stands for a browser of its own.
  const client = () =>
    createClient(target.api, target.publishableKey, {
      auth: { persistSession: false, autoRefreshToken: false },
      // Node 20 has none of its own.
      realtime: { transport: WebSocket as unknown as WebSocketLikeConstructor },
    });
  const journey: Journey = { target, ada: client(), bayo: client(), found: {} };
  const results: StepResult[] = [];
  for (const { name, run } of steps) {
    const started = performance.now();
    const [ok, result] = await run(journey).then(
      (seen) => [true, seen] as const,
      (error: unknown) => [false, error instanceof Error ? error.message : String(error)] as const,
    );
    const taken = { step: name, ok, result, ms: Math.round((performance.now() - started) * 10) / 10 };
    results.push(taken);
    watch(taken);
  }
  return results;
}

/** Fails a step unless what was seen is what was expected. */
export function must(condition: unknown, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}

/** The value of supabase-js's answer. */
export function value<T>({ data, error }: { data: T; error: { message: string } | null }): NonNullable<T> {
  must(!error, error?.message ?? "");
  must(data !== null && data !== undefined, "no data in the answer");
  return data;
}
