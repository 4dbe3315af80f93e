import { randomBytes } from "node:crypto";
import { supabasePlans } from "../../catalog/entitlements/supabase.ts";
import { RefusedError } from "../../catalog/problem.ts";
import { derive } from "../../infra/backend/derived-secret.ts";
import { projectUrl } from "../../infra/settings/endpoints.ts";
import { seedKey } from "../../infra/settings/generations.ts";
import type { Settings } from "../../infra/settings/settings.ts";
import type { Credential } from "./exchange.ts";
import type { RotatedStack } from "./stack.ts";
import { untilSure } from "./wait.ts";

const margin = 30;

/**
 * What the database and Auth call the functions with, derived from a seed each generation.
 * @param overlap seconds, in place of what is safe
 * @throws RefusedError where no function of the stack is called so
 */
export function functionSecrets(stack: RotatedStack, settings: Settings, overlap?: number): Credential {
  const slug = calledFunction(settings);
  // As long as a process may live that does not know the new one, or one that was called with the old one.
  const seconds = overlap ?? supabasePlans[settings.plans.supabase].functionSeconds + margin;
  const callOf = async (generation: number) => {
    const [secret, api] = [await secretOf(stack, generation), await apiOf(stack, settings)];
    return () => isAccepted(`${api}/functions/v1/${slug}`, secret);
  };
  return {
    name: "functionSecrets",
    prepare: (generation) => stack.setSecret(seedKey(generation), randomBytes(32).toString("base64url")),
    accepted: async (generation) => {
      const call = await callOf(generation);
      await untilSure(`${slug} accepts generation ${generation}`, call, { limit: 120 });
    },
    secondsToBeKnown: seconds,
    secondsToBeForgotten: seconds,
    remember: async (generation) => {
      const call = await callOf(generation);
      return {
        refused: () =>
          untilSure(`${slug} refuses generation ${generation}`, async () => !(await call()), {
            // Processes that accept it live as long as the plan lets them.
            limit: Math.max(120, seconds * 2),
          }),
      };
    },
  };
}

/** As the program derives it, see `infra/backend/background.ts`. */
async function secretOf(stack: RotatedStack, generation: number): Promise<string> {
  const config = await stack.config();
  return derive(config[seedKey(generation)] ?? config["databasePassword"] ?? "", "functions");
}

/** The project's own address. */
async function apiOf(stack: RotatedStack, { endpoints }: Settings): Promise<string> {
  const project = (await stack.resources()).find(({ type }) => type === "supabase:index/project:Project");
  if (!project) throw new Error(`Stack ${stack.name} has no Supabase project yet: apply it first.`);
  return projectUrl(endpoints, project.id);
}

/** Calls it as the database does. */
async function isAccepted(url: string, secret: string): Promise<boolean> {
  const { status } = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: "{}",
    signal: AbortSignal.timeout(60_000),
  });
  if (status === 401) return false;
  if (status < 300) return true;
  throw new Error(
    `${url} answered ${status} where it should accept or refuse. Run it again: it goes on from here.`,
  );
}

/** A function that the database calls; by a request of its own nothing is done but what waits is worked on. */
function calledFunction({ email, database, stack }: Settings): string {
  if (email) return "send-email";
  if (database.sql.includes("team")) return "process-jobs";
  throw new RefusedError(`Stack ${stack}`, [
    {
      key: "function-secrets",
      value: "none",
      limit: "the database calls no function where no e-mails are sent, below tier team",
      fix: "There is nothing to exchange.",
    },
  ]);
}
