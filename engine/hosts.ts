import { chmod, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The engine's plugins for Node programs: file name beside the engine, and the module that is bundled into it. */
const HOSTS = {
  "pulumi-language-nodejs": "language-host.ts",
  "pulumi-resource-pulumi-nodejs": "dynamic-provider.ts",
} as const;

const STAMP = "hosts.sha256";

/**
 * Puts the Node language host and the server for dynamic resources into `directory` as executable files, unless the
 * same ones are there. They hold nothing of this checkout, since all checkouts share the folder.
 */
export async function installHosts(directory: string): Promise<void> {
  const fingerprint = await fingerprintOfSources();
  const stamp = join(directory, STAMP);
  if ((await readFile(stamp, "utf8").catch(() => "")) === fingerprint) return;

  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: Object.entries(HOSTS).map(([out, file]) => ({ in: sourcePath(file), out })),
    outdir: directory,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    banner: { js: "#!/usr/bin/env node" },
    logLevel: "silent",
    write: false,
  });
  await replaceFile(join(directory, "package.json"), '{ "type": "commonjs" }\n');
  for (const file of outputFiles) await replaceFile(file.path.replace(/\.js$/, ""), file.contents, 0o755);
  await replaceFile(stamp, fingerprint);
}

function sourcePath(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

/** Changes with the hosts' own code and with the versions of what is bundled into them. */
async function fingerprintOfSources(): Promise<string> {
  const hash = createHash("sha256");
  for (const file of [...Object.values(HOSTS), "version.ts", "hosts.ts"]) {
    hash.update(await readFile(sourcePath(file)));
  }
  const { dependencies } = JSON.parse(await readFile(sourcePath("../package.json"), "utf8"));
  for (const name of ["@pulumi/pulumi", "@grpc/grpc-js", "google-protobuf"]) hash.update(dependencies[name]);
  return hash.digest("hex");
}

/** A rename: an engine that is just starting a host reads the old file or the new one, whole. */
async function replaceFile(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await writeFile(temporary, content);
    await chmod(temporary, mode);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
