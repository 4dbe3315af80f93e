import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { list } from "tar";

/** Of ours: what is not to be had for this Postgres. */
const own = fileURLToPath(new URL("extensions", import.meta.url));

/**
 * Puts the extensions of a Supabase project that the binaries lack beside the others: pgmq as it is, and our stand-in for
 * pg_cron. Several processes may do this at once: a file is put there as a whole.
 * @param directory where the server looks for extensions
 */
export async function installExtensions(directory: string): Promise<void> {
  for (const name of readdirSync(own)) put(directory, name, readFileSync(join(own, name)));
  await installPacked(directory, "pgmq");
}

/** Puts an extension there that an npm package made for another Postgres carries: the SQL is the same for all. */
export async function installPacked(directory: string, extension: string): Promise<void> {
  if (existsSync(join(directory, `${extension}.control`))) return;
  const entry = createRequire(import.meta.url).resolve(`@electric-sql/pglite-${extension}`);
  const archive = join(dirname(entry), `${extension}.tar.gz`);
  for (const [name, content] of await packed(archive, extension)) put(directory, name, content);
}

/** The script of its version, and the control file: last, since it makes the extension known. */
async function packed(archive: string, extension: string): Promise<[name: string, content: Buffer][]> {
  const files = new Map<string, Buffer>();
  await list({
    file: archive,
    onReadEntry: (entry) => {
      const chunks: Buffer[] = [];
      entry.on("data", (chunk) => chunks.push(chunk));
      entry.on("end", () => files.set(basename(entry.path), Buffer.concat(chunks)));
    },
  });
  const control = files.get(`${extension}.control`);
  const version = /default_version = '([^']+)'/.exec(control?.toString() ?? "")?.[1];
  const name = `${extension}--${version}.sql`;
  const script = files.get(name);
  if (!control || !script) throw new Error(`${archive} does not hold ${extension} as it is expected.`);
  return [
    [name, script],
    [`${extension}.control`, control],
  ];
}

function put(directory: string, name: string, content: Buffer): void {
  const file = join(directory, name);
  if (existsSync(file) && readFileSync(file).equals(content)) return;
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, content);
  renameSync(aside, file);
}
