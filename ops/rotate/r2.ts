import { createHash } from "node:crypto";
import { AwsClient } from "aws4fetch";
import { supabasePlans } from "../../catalog/entitlements/supabase.ts";
import { objectStoreUrl } from "../../infra/settings/endpoints.ts";
import type { Settings } from "../../infra/settings/settings.ts";
import type { Credential } from "./exchange.ts";
import type { RotatedStack } from "./stack.ts";
import { untilSure } from "./wait.ts";

/** How long an address is valid that `upload-media` has signed for a large file. */
export const signedAddressSeconds = 15 * 60;
/** Until what runs has certainly been replaced. */
const margin = 30;

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The functions' S3 credentials: an account token each. @param overlap seconds, in place of what is safe */
export function r2Credentials(stack: RotatedStack, settings: Settings, overlap?: number): Credential {
  const accepts = (pair: KeyPair) => isAccepted(settings, pair);
  return {
    name: "r2",
    accepted: async (generation) => {
      const pair = await pairOf(stack, generation);
      if (!pair)
        throw new Error(`Generation ${generation} of the S3 credentials is not in the stack's state.`);
      await untilSure(`R2 accepts generation ${generation}`, () => accepts(pair), { limit: 120 });
    },
    secondsToBeKnown: 0,
    // A function's process that has the old ones may sign an address in its last second.
    secondsToBeForgotten:
      overlap ?? supabasePlans[settings.plans.supabase].functionSeconds + signedAddressSeconds + margin,
    remember: async (generation) => {
      const pair = await pairOf(stack, generation);
      return (
        pair && {
          refused: () =>
            untilSure(`R2 refuses generation ${generation}`, async () => !(await accepts(pair)), {
              limit: 120,
            }),
        }
      );
    },
  };
}

/** As the program names them, see `infra/media/media.ts`. */
async function pairOf(stack: RotatedStack, generation: number): Promise<KeyPair | undefined> {
  const name = `media-credentials${generation === 1 ? "" : `-${generation}`}-token`;
  const token = (await stack.resources()).find(
    (resource) => resource.type === "cloudflare:index/accountToken:AccountToken" && resource.name === name,
  );
  const value = token?.outputs["value"];
  if (!token || typeof value !== "string") return undefined;
  return { accessKeyId: token.id, secretAccessKey: createHash("sha256").update(value).digest("hex") };
}

/** Asks for an object that there is not: whoever may look is told that, anybody else is refused. */
export async function isAccepted(
  { cloudflare, media, endpoints }: Pick<Settings, "cloudflare" | "media" | "endpoints">,
  pair: KeyPair,
): Promise<boolean> {
  const client = new AwsClient({ ...pair, service: "s3", region: "auto", retries: 3 });
  const store = objectStoreUrl(endpoints, cloudflare.accountId, media.jurisdiction);
  const { status } = await client.fetch(`${store}/${media.bucket}/pending/is-this-credential-valid`, {
    method: "HEAD",
    signal: AbortSignal.timeout(30_000),
  });
  if (status === 404 || status === 200) return true;
  if (status === 401 || status === 403) return false;
  throw new Error(
    `R2 answered ${status} where it should accept or refuse. Run it again: it goes on from here.`,
  );
}
