import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const TSX = fileURLToPath(new URL("../node_modules/tsx", import.meta.url));
let root: string;

/** What npm is here: it counts its calls, then does as npm ci does to node_modules. */
const NPM = (after = "") => `#!/bin/sh
echo "$@" >> calls
echo "npm warn EBADENGINE nothing to see"
${after}
rm -rf node_modules; mkdir node_modules
ln -s "${TSX}" node_modules/tsx
cp installed.json node_modules/.package-lock.json
`;
const LOCK = {
  packages: {
    "": { name: "x" },
    "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
    "node_modules/linked": { link: true, resolved: "sdks/linked" },
    "node_modules/other-platform": { version: "1.0.0", integrity: "sha512-o", optional: true },
  } as Record<string, object>,
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "lavlay-run-"));
  mkdirSync(join(root, "ops"));
  mkdirSync(join(root, "bin"));
  for (const file of ["run.mjs", "foreground.mjs"]) {
    copyFileSync(fileURLToPath(new URL(file, import.meta.url)), join(root, "ops", file));
  }
  write("package.json", { type: "module", engines: { node: ">=20.19" } });
  write("package-lock.json", LOCK);
  const { "": _, "node_modules/other-platform": __, ...installed } = LOCK.packages;
  write("installed.json", { packages: installed });
  writeFileSync(join(root, "ops/cli.ts"), "console.log(process.cwd(), ...process.argv.slice(2));");
  writeFileSync(join(root, "bin/npm"), NPM(), { mode: 0o755 });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, content: object) => writeFileSync(join(root, path), JSON.stringify(content));
const calls = () =>
  existsSync(join(root, "calls")) ? readFileSync(join(root, "calls"), "utf8").trim().split("\n").length : 0;

function start(...args: string[]) {
  const env = { ...process.env, PATH: [join(root, "bin"), process.env.PATH].join(delimiter) };
  const child = spawn(process.execPath, [join(root, "ops/run.mjs"), ...args], {
    cwd: tmpdir(),
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once("close", (code) => void output.then(([stdout, stderr]) => resolve({ code, stdout, stderr }))),
  );
  return { child, ended };
}
const run = (...args: string[]) => start(...args).ended;

test("installs on a fresh clone without npm's noise, then runs the verb in the root, from any folder", async () => {
  const { code, stdout, stderr } = await run("plan", "--stack", "dev");
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${root} plan --stack dev\n` });
  expect(stderr).toMatch(
    /^Installing dependencies \(npm ci\) …\nInstalling dependencies \(npm ci\) done \d+\.\d s\n$/,
  );
});

test("installs again only when the lock file asks for something else", async () => {
  await run("install");
  await run("install");
  expect(calls()).toBe(1);

  const changed = { ...LOCK.packages, "node_modules/a": { version: "1.0.1", integrity: "sha512-b" } };
  write("package-lock.json", { packages: changed });
  await run("install");
  expect(calls()).toBe(2);

  write("package-lock.json", { packages: { ...LOCK.packages, "node_modules/new": { version: "1.0.0" } } });
  await run("install");
  expect(calls()).toBe(3);
});

test("installs again after an installation that was broken off", async () => {
  await run("install");
  rmSync(join(root, "node_modules/.package-lock.json"));
  await run("install");
  expect(calls()).toBe(2);
});

test("a failed installation shows what npm said and runs nothing", async () => {
  writeFileSync(join(root, "bin/npm"), NPM("echo 'npm error E404' >&2; exit 3"), { mode: 0o755 });
  const { code, stdout, stderr } = await run("plan");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("npm error E404");
  expect(stderr).toContain(`npm ci failed in ${root}/: exit code 3.`);
});

test("too old a Node is refused before anything is done", async () => {
  write("package.json", { type: "module", engines: { node: ">=99.1" } });
  const { code, stderr } = await run("plan");
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Node \d+\.\d+\.\d+ is too old: this needs >=99\.1\./);
  expect(calls()).toBe(0);
});

test("passes the verb's exit code on", async () => {
  writeFileSync(join(root, "ops/cli.ts"), "process.exit(2);");
  expect((await run("plan")).code).toBe(2);
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "hands %s on and waits until the verb has cleaned up",
  async (signal) => {
    const ready = join(root, "ready");
    writeFileSync(
      join(root, "ops/cli.ts"),
      `import { writeFileSync } from "node:fs";
     const timer = setInterval(() => {}, 1000);
     process.on("${signal}", () => setTimeout(() => { console.log("cleaned up"); clearInterval(timer); process.exitCode = 5; }, 50));
     writeFileSync(${JSON.stringify(ready)}, "");`,
    );
    const { child, ended } = start("start");
    await expect.poll(() => existsSync(ready)).toBe(true);
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 5, stdout: "cleaned up\n" });
  },
);
