import { brevo } from "./brevo.ts";
import { resend } from "./resend.ts";

/** A message as it goes out. */
export interface Message {
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** How an attempt to send went. `error` is a code, never what the provider says, which may hold the address. */
export type Outcome =
  | { outcome: "sent"; provider_id: string }
  /** It never will be. */
  | { outcome: "refused"; error: string }
  /** It was not sent; `after` seconds it may be tried again, where the provider says. */
  | { outcome: "failed"; error: string; after?: number }
  /** It may have been sent. */
  | { outcome: "unsure"; error: string };

export interface ProviderOptions {
  endpoint: string;
  apiKey: string;
  /** `Name <address>`, or an address. */
  from: string;
}

/** What the two differ in. */
export interface ProviderKind {
  /** Seconds for which a message's id is remembered: sent again with the same id, it is not sent twice. */
  rememberedSeconds: number;
  path: string;
  /** @param id a UUID that is this message's at each attempt */
  request(
    message: Message,
    id: string,
    options: ProviderOptions,
  ): { headers: Record<string, string>; body: unknown };
  /** The provider's id of a message that it took. */
  idIn(answer: Record<string, unknown>): unknown;
  /** The code of its refusals. */
  codeIn(answer: Record<string, unknown>): unknown;
  /** Codes that say that it has the message already. */
  has: readonly string[];
}

const kinds = { resend, brevo };
export type ProviderName = keyof typeof kinds;
export const providerNames = Object.keys(kinds) as readonly ProviderName[];

export interface Provider {
  readonly rememberedSeconds: number;
  /** Never throws. */
  send(message: Message, id: string, limitMs: number): Promise<Outcome>;
}

export function createProvider({ name, ...options }: ProviderOptions & { name: ProviderName }): Provider {
  // An unknown name is told as a problem of the configuration, and nothing is sent.
  const kind = kinds[name] ?? resend;
  return {
    rememberedSeconds: kind.rememberedSeconds,
    async send(message, id, limitMs) {
      const { headers, body } = kind.request(message, id, options);
      let answer: Response;
      let text: string;
      try {
        answer = await fetch(`${options.endpoint}${kind.path}`, {
          method: "POST",
          headers: { "content-type": "application/json", accept: "application/json", ...headers },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(limitMs),
        });
        text = await answer.text();
      } catch (error) {
        return { outcome: neverArrived(error) ? "failed" : "unsure", error: "no answer" };
      }
      return outcomeOf(kind, answer, parsed(text));
    },
  };
}

function outcomeOf(
  kind: ProviderKind,
  { ok, status, headers }: Response,
  answer: Record<string, unknown> | undefined,
): Outcome {
  const id = answer && kind.idIn(answer);
  if (ok && typeof id === "string") return { outcome: "sent", provider_id: id };
  const code = answer && kind.codeIn(answer);
  const word = typeof code === "string" && /^[a-z_]{1,40}$/.test(code) ? code : undefined;
  const error = [status, word].filter((part) => part !== undefined).join(" ");
  if (word !== undefined && kind.has.includes(word)) return { outcome: "sent", provider_id: word };
  // Taken, or given up on the way: no word of the provider itself.
  if (ok || ((status === 500 || status === 502 || status === 504) && word === undefined)) {
    return { outcome: "unsure", error };
  }
  const seconds = Number(headers.get("retry-after") ?? NaN);
  if (status === 429) {
    return {
      outcome: "failed",
      error,
      ...(seconds >= 0 && { after: Math.min(Math.ceil(seconds) + 1, 86_400) }),
    };
  }
  // A wrong key, an unverified domain, a quota: not the message's fault, and it waits until that is put right.
  const ours = status >= 500 || [401, 402, 403, 404, 405, 408, 409].includes(status);
  return { outcome: ours ? "failed" : "refused", error };
}

/** That no connection was made at all; anything later may have been too late. */
function neverArrived(error: unknown): boolean {
  return error instanceof TypeError && /\((Connect|Dns)\)|dns error|connection refused/i.test(String(error));
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
