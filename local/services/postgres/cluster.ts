import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { writeAtomically } from "../../state/store.ts";
import { settleData } from "./recovery.ts";
import { unprivileged } from "./unprivileged.ts";

/** The superuser, named as at Supabase. People and the program get `postgres`, which is not one. */
export const SUPERUSER = "supabase_admin";

const UNFINISHED = "data.unfinished-";

/** Where one local Postgres keeps its things. */
export interface Cluster {
  /** Postgres's own data directory. */
  readonly data: string;
  /** Of the superuser, made once; never leaves this machine. */
  readonly superuserPassword: string;
}

/**
 * The cluster in that folder, made if there is none. It is made aside and then renamed, so that one killed half-way
 * is never taken for a whole one.
 */
export async function ensureCluster(directory: string, initdb: string): Promise<Cluster> {
  const data = join(directory, "data");
  const passwordFile = join(directory, "superuser-password");
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (!existsSync(passwordFile)) writeAtomically(passwordFile, randomBytes(24).toString("base64url"));
  await settleData(directory);
  if (!existsSync(data)) {
    const unfinished = mkdtempSync(join(directory, UNFINISHED));
    await run(initdb, [
      `--pgdata=${unfinished}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--no-sync", // A power cut now costs an empty database.
      "--no-instructions",
    ]);
    renameSync(unfinished, data);
  }
  await removeUnfinished(directory);
  return { data, superuserPassword: readFileSync(passwordFile, "utf8") };
}

/** Each attempt has a folder of its own: the initdb of a killed process may still be writing into its. */
async function removeUnfinished(directory: string): Promise<void> {
  for (const name of readdirSync(directory).filter((entry) => entry.startsWith(UNFINISHED))) {
    await rm(join(directory, name), { recursive: true, force: true }).catch(() => {}); // The next start does it.
  }
}

async function run(program: string, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(...unprivileged(program, args));
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`Postgres could not make its data directory: ${(stderr || message).trim()}`, {
      cause: error,
    });
  }
}
