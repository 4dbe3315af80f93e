import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheDirectory, readCache } from "../../engine/cache.ts";
import { findOnPath } from "../../engine/path.ts";
import { Unavailable } from "../../engine/unavailable.ts";
import { ENGINE_VERSION } from "../../engine/version.ts";
import { projectRoot } from "../root.ts";
import type { InstalledTools } from "./tools.ts";

/** The vendors' packages; Supabase's own lies in this repository. */
const packages = [
  "@pulumi/pulumi",
  "@pulumi/cloudflare",
  "@pulumi/command",
  "@pulumiverse/sentry",
  "@pulumiverse/vercel",
  "@upstash/pulumi",
];

interface FoundEngine {
  readonly pulumi: string;
  readonly version: string;
  readonly from: string;
}

/** What is installed, and the engine among it. Gets nothing that is not there. */
export async function installedTools(
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ tools: InstalledTools; pulumi: string | undefined }> {
  const engine = await findEngine(env);
  const { engines, dependencies } = readPackage(".") as {
    engines: { node: string };
    dependencies: Record<string, string>;
  };
  const tools: InstalledTools = {
    node: process.versions.node,
    nodeWanted: engines.node,
    engine: "pulumi" in engine ? { version: engine.version, from: engine.from } : engine,
    packages: packages.map((name) => ({
      name,
      pinned: dependencies[name],
      installed: installedVersion(name),
    })),
  };
  return { tools, pulumi: "pulumi" in engine ? engine.pulumi : undefined };
}

/** As every verb takes it, but neither downloaded nor built. */
async function findEngine(env: NodeJS.ProcessEnv): Promise<FoundEngine | { missing: string }> {
  try {
    const { pulumi, version } = await findOnPath(env);
    return { pulumi, version, from: `from ${dirname(pulumi)}` };
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    const cache = cacheDirectory(env);
    if (readCache(cache)) {
      return { pulumi: join(cache, "pulumi"), version: ENGINE_VERSION, from: "from an earlier start" };
    }
    return { missing: `no Pulumi ${ENGINE_VERSION} or newer on PATH: ${error.message}` };
  }
}

function installedVersion(name: string): string | undefined {
  try {
    // One of them is published with a v before its number.
    return (readPackage(join("node_modules", name)) as { version?: string }).version?.replace(/^v/, "");
  } catch {
    return undefined; // Not installed.
  }
}

function readPackage(folder: string): unknown {
  return JSON.parse(readFileSync(join(projectRoot, folder, "package.json"), "utf8"));
}
