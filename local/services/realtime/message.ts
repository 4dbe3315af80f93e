/** A message of Phoenix's channels, by which Realtime and its clients talk. */
export interface Message {
  /** The join that it belongs to; null of the connection itself. */
  readonly joinRef: string | null;
  /** What a reply answers to; null of what nobody asked for. */
  readonly ref: string | null;
  readonly topic: string;
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The two serializations, by the `vsn` that a client asks for: objects, and arrays. */
export type Version = "1.0.0" | "2.0.0";

export function encode(version: Version, { joinRef, ref, topic, event, payload }: Message): string {
  return JSON.stringify(
    version === "2.0.0"
      ? [joinRef, ref, topic, event, payload]
      : { topic, event, payload, ref, join_ref: joinRef },
  );
}

/** Undefined for what is no message. */
export function decode(version: Version, text: string): Message | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const fields = parsed as Record<string, unknown>;
  const [joinRef, ref, topic, event, payload] =
    version === "2.0.0" && Array.isArray(parsed)
      ? (parsed as unknown[])
      : [fields["join_ref"], fields["ref"], fields["topic"], fields["event"], fields["payload"]];
  if (typeof topic !== "string" || typeof event !== "string") return undefined;
  return {
    joinRef: joinRef === undefined || joinRef === null ? null : String(joinRef),
    ref: ref === undefined || ref === null ? null : String(ref),
    topic,
    event,
    payload: typeof payload === "object" && payload !== null ? (payload as Message["payload"]) : {},
  };
}
