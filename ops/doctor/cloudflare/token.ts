import { fail, ok, warn, type Check } from "../finding.ts";
import type { Subject } from "../subject.ts";

const day = 86_400_000;
/** Time enough to make another one before the next deployments fail. */
const SOON_DAYS = 14;

/** Whether the token is there, well-formed and alive, and for how long. */
export const tokenChecks: readonly Check<Subject>[] = [
  {
    area: "Cloudflare",
    what: "token",
    run: async ({ cloudflare: { token } }) => {
      const trouble = await token.trouble();
      if (trouble) return trouble;
      const { status, expires_on: expiry, owner } = (await token.alive()).who;
      const whose = owner === "account" ? "of the account" : "of a person";
      const roll = "Roll it in Cloudflare's dashboard under API Tokens and export CLOUDFLARE_API_TOKEN anew.";
      if (status !== "active") return fail(`the token ${whose} is ${status}`, roll);
      const left = expiry ? (Date.parse(expiry) - Date.now()) / day : Infinity;
      if (left < SOON_DAYS) {
        return warn(`alive, ${whose}, and expires in ${Math.ceil(left)} days, on ${expiry}`, roll);
      }
      return ok(`alive, ${whose}${expiry ? `, until ${expiry}` : ", does not expire"}`);
    },
  },
];
