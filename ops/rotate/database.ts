import { randomBytes } from "node:crypto";
import pg from "pg";
import { asLibpq } from "../../infra/database/connection.ts";
import { seedKey, validGenerations } from "../../infra/settings/generations.ts";
import { step } from "../steps.ts";
import type { Rotated } from "./result.ts";
import type { RotatedStack } from "./stack.ts";
import { untilSure } from "./wait.ts";

const key = "databasePassword";

/**
 * Another password for the role `postgres`. A role has one, so there is no overlap; nothing that serves people uses it:
 * people with a connection of their own do, and the updates. Interrupted before it was applied, the next run applies it.
 */
export async function rotateDatabase(stack: RotatedStack, resumed: boolean): Promise<Rotated> {
  const oldUrl = String((await stack.outputs())["databaseUrl"]);
  if (!resumed) {
    await keepSeeds(stack);
    await stack.setSecret(key, randomBytes(32).toString("base64url"));
  }
  await stack.apply("the new password");
  const newUrl = String((await stack.outputs())["databaseUrl"]);
  const patience = { limit: 120, pauseMs: 1_000 };
  await step("The new password is accepted", () =>
    untilSure("the database accepts the new password", () => isAccepted(newUrl), patience),
  );
  if (oldUrl === newUrl) return { resumed, oldRefused: "it was revoked already" };
  await step("The old password is refused", () =>
    untilSure("the database refuses the old password", async () => !(await isAccepted(oldUrl)), patience),
  );
  return { resumed, oldRefused: true };
}

/** Whether a new password was written and not applied. */
export async function isPasswordUnapplied(stack: RotatedStack): Promise<boolean> {
  const project = (await stack.resources()).find(({ type }) => type === "supabase:index/project:Project");
  if (!project) throw new Error(`Stack ${stack.name} has no database yet: apply it first.`);
  return project.outputs[key] !== (await stack.config())[key];
}

/** What the functions' secrets were derived from so far stays their seed: they are exchanged by themselves. */
async function keepSeeds(stack: RotatedStack): Promise<void> {
  const config = await stack.config();
  for (const generation of validGenerations(stack.settings().rotation.functionSecrets))
    if (config[seedKey(generation)] === undefined)
      await stack.setSecret(seedKey(generation), config[key] ?? "");
}

async function isAccepted(connectionString: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: asLibpq(connectionString),
    connectionTimeoutMillis: 10_000,
  });
  client.on("error", () => {}); // A lost connection makes the query fail.
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    // Invalid password, invalid authorization; Supabase's pooler has words of its own.
    if (code === "28P01" || code === "28000" || /password authentication failed|SASL/i.test(message))
      return false;
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}
