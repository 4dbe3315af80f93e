import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { pulumiEnvironment, runPulumi, stackOf } from "./pulumi.ts";

const engine = { directory: "/opt/engine" };
const env = { PATH: "/usr/bin", PULUMI_BACKEND_URL: "s3://ours", PULUMI_ACCESS_TOKEN: "theirs" };

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "lavlay-ops-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A process whose command line is that of a folder's daemon; ended after the test. */
function processLike(...args: string[]): number {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", ...args], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child.pid!;
}

/** A state folder with what a daemon wrote about itself. */
function daemon(pid = (path: string) => processLike("daemon.ts", path)): string {
  const path = folder();
  const info = {
    pid: pid(path),
    startedAt: new Date().toISOString(),
    ports: {},
    providers: { cloudflare: 4711, "terraform-provider": 4712 },
    environment: { CLOUDFLARE_API_TOKEN: "made-up", SUPABASE_ENDPOINT: "http://127.0.0.1:4713" },
  };
  writeFileSync(join(path, "daemon.json"), JSON.stringify(info));
  return path;
}

test.each([
  [["up", "-s", "dev"], "dev"],
  [["up", "--stack", "dev", "--yes"], "dev"],
  [["up", "--stack=dev"], "dev"],
  [["up", "-sdev"], "dev"],
  [["up", "-s=dev"], "dev"],
  [["up", "--", "-s", "dev"], undefined],
  [["up", "--suppress-outputs", "-y"], undefined],
  [["up", "-s"], undefined],
])("the stack of %j is %s", (args, stack) => {
  expect(stackOf(args, {})).toBe(stack);
});

test("PULUMI_STACK is the stack when none is named", () => {
  expect(stackOf(["up"], { PULUMI_STACK: "prod" })).toBe("prod");
  expect(stackOf(["up", "-s", "dev"], { PULUMI_STACK: "prod" })).toBe("dev");
});

test("a cloud stack gets the engine on PATH and nothing else", async () => {
  const result = await pulumiEnvironment({ stack: "dev", engine, env, localDirectory: folder() });
  expect(result).toEqual({ ...env, PATH: ["/opt/engine", "/usr/bin"].join(delimiter) });
});

test("the local stack gets a backend of its own, the stand-ins and the daemon's environment", async () => {
  const directory = daemon();
  const result = await pulumiEnvironment({ stack: "local", engine, env, localDirectory: directory });
  expect(result).toMatchObject({
    PULUMI_BACKEND_URL: `file://${directory}/pulumi?metadata=skip`,
    PULUMI_HOME: join(directory, "pulumi-home"),
    PULUMI_CONFIG_PASSPHRASE: "local",
    PULUMI_DEBUG_PROVIDERS: "cloudflare:4711,terraform-provider:4712",
    CLOUDFLARE_API_TOKEN: "made-up",
    SUPABASE_ENDPOINT: "http://127.0.0.1:4713",
  });
  expect(existsSync(join(directory, "pulumi"))).toBe(true);
});

test.each([
  ["no daemon.json", folder],
  ["a dead process", () => daemon(() => spawnSync("true").pid)],
  ["a process that is another", () => daemon(() => process.pid)],
  ["another folder's daemon", () => daemon(() => processLike("daemon.ts", "/elsewhere"))],
  [
    "half a file",
    () => {
      const path = folder();
      writeFileSync(join(path, "daemon.json"), '{"pid":');
      return path;
    },
  ],
])("the local stack is refused without its daemon: %s", async (_, make) => {
  const directory = make();
  await expect(pulumiEnvironment({ stack: "local", engine, env, localDirectory: directory })).rejects.toThrow(
    `Stack local is refused:\n  - local target: not running in ${directory}, but its providers are what this stack is applied to. Start it with npm start`,
  );
});

test("a command that acts on a stack is refused without one, before an engine is looked for", async () => {
  await expect(runPulumi(["destroy", "--yes"], { env: {} })).rejects.toThrow(
    "pulumi destroy is refused:\n  - --stack: not given, but this command reads or changes one stack. Name it: npm run pulumi -- destroy -s local",
  );
});
