import { cloudflarePlans } from "../../../catalog/entitlements/cloudflare.ts";
import { VendorRefusal } from "../../vendors/refusal.ts";
import { about, CannotTell, fail, ok, type Answer, type Check } from "../finding.ts";
import { planAnswer } from "../plan-answer.ts";
import type { Subject } from "../subject.ts";
import type { Zone } from "./access.ts";

const notTheTokens = "9109";

/** Whether the zone is there, is the one that is meant, and serves. */
export const zoneChecks: readonly Check<Subject>[] = [
  {
    area: "Cloudflare",
    what: "zone",
    run: async (subject) => {
      let zone: Zone;
      try {
        zone = await subject.cloudflare.zone();
      } catch (error) {
        if (isNotSeen(error)) return noZone(subject);
        throw error;
      }
      return [...identity(subject, zone), status(zone)];
    },
  },
  {
    area: "Cloudflare",
    what: "plan",
    run: async ({ settings, cloudflare }) =>
      planAnswer({
        settings,
        vendor: "cloudflare",
        plans: cloudflarePlans,
        real: (await zoneOrNot(cloudflare.zone)).plan.legacy_id,
        upgradeAt: `https://dash.cloudflare.com/${settings.cloudflare.accountId}/${settings.cloudflare.zone}/billing`,
      }),
  },
];

/** For those who only need the zone: that there is none is told elsewhere. @throws CannotTell, VendorRefusal */
export async function zoneOrNot(zone: () => Promise<Zone>): Promise<Zone> {
  try {
    return await zone();
  } catch (error) {
    if (isNotSeen(error)) throw new CannotTell("the token sees no such zone");
    throw error;
  }
}

/** Of a zone that is not the token's Cloudflare tells no more than of one that does not exist. */
function isNotSeen(error: unknown): boolean {
  if (!(error instanceof VendorRefusal)) return false;
  return error.status === 404 || error.status === 400 || error.code === notTheTokens;
}

async function noZone({ stack, settings, cloudflare }: Subject): Promise<Answer> {
  const { zoneId, zone: name } = settings.cloudflare;
  const { client } = await cloudflare.token.alive();
  // The id may only be mistyped.
  const zones = await client.list<Zone>("/zones", { name }).catch(() => []);
  const found = `there is no zone ${zoneId} that the token may see`;
  const [zone] = zones;
  if (zone) {
    return fail(
      found,
      `${name} has the id ${zone.id}: pulumi config set --path 'lavlay:cloudflare.zoneId' ${zone.id} -s ${stack}`,
    );
  }
  return fail(
    found,
    `Add ${name} at https://dash.cloudflare.com, put its id under lavlay:cloudflare.zoneId, and include the zone in the token's zone resources.`,
  );
}

function identity({ stack, settings }: Subject, zone: Zone): Answer[] {
  const { accountId, zone: name } = settings.cloudflare;
  const answers: Answer[] = [];
  if (zone.name !== name) {
    answers.push(
      about(
        "zone's name",
        fail(
          `the zone ${zone.id} is ${zone.name}, and the stack's domain is ${name}`,
          `Set one of both: pulumi config set lavlay:domain ${zone.name} -s ${stack}, or put the id of ${name} under lavlay:cloudflare.zoneId.`,
        ),
      ),
    );
  }
  if (zone.account.id !== accountId) {
    answers.push(
      about(
        "zone's account",
        fail(
          `the zone is in the account ${zone.account.id}, and the bucket's domain must be in the bucket's account ${accountId}`,
          `Set the zone's account: pulumi config set --path 'lavlay:cloudflare.accountId' ${zone.account.id} -s ${stack}, or move the zone.`,
        ),
      ),
    );
  }
  return answers;
}

function status({ name, status, paused }: Zone): Answer {
  if (status !== "active") {
    return fail(
      `${name} is ${status}: Cloudflare does not answer for it, and connects no bucket to it`,
      "Set the zone's nameservers at your registrar, as its overview page in Cloudflare's dashboard says, and wait until it is active.",
    );
  }
  if (paused) {
    return fail(
      `${name} is paused: it answers DNS, and neither cache nor rules nor R2 are in effect`,
      "Resume Cloudflare on the zone's overview page in the dashboard.",
    );
  }
  return ok(`${name} is active`);
}
