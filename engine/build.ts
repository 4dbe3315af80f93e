import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Unavailable } from "./unavailable.ts";
import { ENGINE_VERSION, isAtLeast, parseVersion } from "./version.ts";

/** From this release on, Go fetches a newer Go by itself if `go.mod` asks for one. */
const FIRST_GO_WITH_TOOLCHAINS = "1.21";
const MODULE_FOLDER = fileURLToPath(new URL(".", import.meta.url));
const PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/**
 * Builds the engine from the Go modules pinned in `engine/go.mod` into `directory`.
 * A first build takes minutes; Go's own cache makes a broken-off one go on where it stopped.
 * @throws Unavailable when there is no usable Go, or the build fails (with its last lines).
 */
export async function buildEngine(
  directory: string,
  progress: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  await requireGo(env);
  const flags = ["-trimpath", "-buildvcs=false", "-mod=readonly"];
  const ldflags = `-s -w -X ${VERSION_VARIABLE}=v${ENGINE_VERSION}`;
  const output = join(directory, "pulumi");
  const args = ["build", "-v", ...flags, "-ldflags", ldflags, "-o", output, PACKAGE];
  // CGO would ask for a C compiler, GOWORK and GOFLAGS are the user's own projects'.
  const go = spawn("go", args, {
    cwd: MODULE_FOLDER,
    env: { ...env, CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const failure = follow(go.stderr, progress);
  const [code] = (await once(go, "close")) as [number | null];
  if (code !== 0) throw new Unavailable(`go build failed: ${await failure}`);
}

/** Tells how many modules came and packages were compiled; resolves to the last few other lines, which hold the error. */
async function follow(output: NodeJS.ReadableStream, progress: (line: string) => void): Promise<string> {
  let downloaded = 0;
  let compiled = 0;
  const other: string[] = [];
  for await (const line of createInterface({ input: output })) {
    if (line.startsWith("go: downloading ")) progress(`downloading Go modules: ${++downloaded}`);
    else if (/^[\w.~-]+(\/[\w.~-]+)*$/.test(line)) progress(`compiling Go packages: ${++compiled}`);
    else other.push(line);
  }
  return other.slice(-3).join(" ").trim() || "it said nothing";
}

async function requireGo(env: NodeJS.ProcessEnv): Promise<void> {
  const needed = parseVersion(
    /^go .*/m.exec(await readFile(join(MODULE_FOLDER, "go.mod"), "utf8"))?.[0] ?? "",
  );
  if (!needed) throw new Error("engine/go.mod names no Go version");
  let answer: string;
  try {
    // Outside of the module's folder, or Go would already fetch the newer one here.
    const options = { env: { ...env, GOWORK: "off", GO111MODULE: "off" }, cwd: "/" };
    answer = (await promisify(execFile)("go", ["env", "GOVERSION", "GOTOOLCHAIN"], options)).stdout;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new Unavailable(
      missing ? "go is not on PATH" : `go does not run (${(error as Error).message.trim()})`,
    );
  }
  const [release = "", toolchain = ""] = answer.split("\n");
  const version = parseVersion(release) ?? "0";
  const fetchesNewer = isAtLeast(version, FIRST_GO_WITH_TOOLCHAINS) && !toolchain.startsWith("local");
  if (!isAtLeast(version, needed) && !fetchesNewer)
    throw new Unavailable(`go is ${version}, older than ${needed}`);
}
