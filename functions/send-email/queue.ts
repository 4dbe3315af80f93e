import type { Database } from "../_shared/database.ts";
import { inParallel } from "../_shared/in-parallel.ts";
import type { Outcome, Provider } from "./provider.ts";
import { render } from "./templates.ts";

/** How many messages went which way. */
export type Counts = Record<Outcome["outcome"] | "released", number>;

export interface SendOptions {
  /** For how long new ones are begun. */
  milliseconds: number;
  /** How long the provider may take for one. */
  requestMs?: number;
  /** This one alone; absent for all that are due. */
  single?: string;
}

export interface Queue {
  send(options: SendOptions): Promise<Counts>;
}

interface Claimed {
  id: string;
  template: string;
  address: string;
  data: Record<string, unknown>;
  attempt: number;
}

type Told = (Outcome | { outcome: "released" }) & { id: string; attempt: number };

/** A claim lasts longer than all that is done with it: what was claimed is sent or released in time. */
const claimSeconds = 120;
const claimedAtOnce = 50;
const sentAtOnce = 10;
/** After so many failures in a row it is the provider that fails: the rest waits. */
const failuresInARow = 5;

/**
 * Sends what is due. An attempt is written down before it is made (the claim) and once its outcome is known; one of which
 * nobody learned the outcome is made again with the same id, as long as the provider knows that id.
 */
export function createQueue(parts: { database: Database; provider: Provider; appUrl: string }): Queue {
  const { database, provider, appUrl } = parts;

  return {
    async send({ milliseconds, requestMs = 8_000, single }) {
      const counts: Counts = { sent: 0, refused: 0, failed: 0, unsure: 0, released: 0 };
      const end = performance.now() + milliseconds;
      let failures = 0;
      const goesOn = () => performance.now() < end && failures < failuresInARow;

      while (goesOn()) {
        const claimed = await database.call<Claimed[]>("claim_emails", {
          quantity: claimedAtOnce,
          hidden_seconds: claimSeconds,
          remembered_seconds: provider.rememberedSeconds,
          ...(single !== undefined && { single }),
        });
        if (claimed.length === 0) break;
        const told: Told[] = [];
        await inParallel(claimed, sentAtOnce, async (email) => {
          const outcome = goesOn() ? await attempt(email, requestMs) : ({ outcome: "released" } as const);
          if (outcome.outcome === "failed" || outcome.outcome === "unsure") failures++;
          else if (outcome.outcome !== "released") failures = 0;
          counts[outcome.outcome]++;
          told.push({ ...outcome, id: email.id, attempt: email.attempt });
        });
        await database.call("settle_emails", { outcomes: told });
        if (single !== undefined) break;
      }
      return counts;
    },
  };

  async function attempt({ id, template, address, data }: Claimed, requestMs: number): Promise<Outcome> {
    const content = render(template, data, appUrl);
    if (content === undefined) return { outcome: "refused", error: "no such template" };
    return provider.send({ to: address, ...content }, id, requestMs);
  }
}
