import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { describeUnless } from "../testing/skip.ts";
import { ensureEngine, type Engine } from "./engine.ts";
import { installHosts } from "./hosts.ts";
import { testFolder } from "./test-folder.ts";

const MODULES = fileURLToPath(new URL("../node_modules", import.meta.url));
const found = await ensureEngine().catch((error: Error) => error);

describeUnless(found instanceof Error ? found.message.split("\n")[0] : undefined, "the engine", () => {
  const engine = found as Engine;

  /** A project of its own: state, home and passphrase; the program's folder is CommonJS, like `infra/`. */
  async function project(program: string) {
    const folder = testFolder();
    for (const name of ["state", "home", "project/program"])
      mkdirSync(join(folder, name), { recursive: true });
    const cwd = join(folder, "project");
    symlinkSync(MODULES, join(cwd, "node_modules"));
    writeFileSync(
      join(cwd, "Pulumi.yaml"),
      'name: tiny\nruntime: { name: nodejs, options: { typescript: false, nodeargs: "--import tsx" } }\nmain: program/\n',
    );
    writeFileSync(join(cwd, "program/package.json"), '{ "type": "commonjs", "main": "index.ts" }');
    writeFileSync(join(cwd, "program/index.ts"), `import * as pulumi from "@pulumi/pulumi";\n${program}`);
    const env = {
      ...process.env,
      PATH: `${engine.directory}:${process.env.PATH}`,
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_SKIP_UPDATE_CHECK: "1",
    };
    const start = (...args: string[]) => {
      const child = spawn(engine.pulumi, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
      const output = Promise.all([text(child.stdout), text(child.stderr)]).then((both) => both.join(""));
      const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
        child.once("close", (code) => void output.then((all) => resolve({ code, output: all }))),
      );
      return { child, ended };
    };
    const pulumi = (...args: string[]) => start(...args).ended;
    expect(await pulumi("stack", "init", "local")).toMatchObject({ code: 0 });
    return { folder, cwd, start, pulumi };
  }

  test("applies a program with config, a secret and a dynamic resource; again; and takes it down", async () => {
    const { pulumi } = await project(`
      class Greeter implements pulumi.dynamic.ResourceProvider {
        async create(inputs: { text: string }) { return { id: "greeter-1", outs: { text: inputs.text } }; }
      }
      class Greeting extends pulumi.dynamic.Resource {
        declare readonly text: pulumi.Output<string>;
        constructor(name: string, args: { text: pulumi.Input<string> }) { super(new Greeter(), name, args); }
      }
      const config = new pulumi.Config();
      export const text = new Greeting("hello", { text: "Hello " + config.require("name") }).text;
      export const password = config.requireSecret("password");
      export const stack = pulumi.getStack();
    `);
    await pulumi("config", "set", "name", "Ada", "-s", "local");
    await pulumi("config", "set", "--secret", "password", "swordfish", "-s", "local");

    const up = await pulumi("up", "--yes", "--skip-preview", "-s", "local");
    expect(up.output).toContain("+ 2 created");
    expect(up.output).not.toMatch(/warning|swordfish/);
    expect(up.code).toBe(0);

    const outputs = await pulumi("stack", "output", "--json", "--show-secrets", "-s", "local");
    expect(JSON.parse(outputs.output)).toEqual({ text: "Hello Ada", password: "swordfish", stack: "local" });

    const preview = await pulumi("preview", "--expect-no-changes", "-s", "local");
    expect(preview).toMatchObject({ code: 0, output: expect.stringContaining("2 unchanged") });

    const destroy = await pulumi("destroy", "--yes", "--skip-preview", "-s", "local");
    expect(destroy).toMatchObject({ code: 0, output: expect.stringContaining("- 2 deleted") });
  });

  test("a program that fails ends the command with one message", async () => {
    const { pulumi } = await project(`throw new pulumi.RunError("media.bucket: too short");`);
    const { code, output } = await pulumi("preview", "-s", "local");
    expect(code).not.toBe(0);
    const [, diagnostics] = /Diagnostics:\n([^]*?)\n\n/.exec(output) ?? [];
    expect(diagnostics).toBe("  pulumi:pulumi:Stack (tiny-local):\n    error: media.bucket: too short");
  });

  test("a program that ends itself is told with its exit code", async () => {
    const { pulumi } = await project(`process.exit(7);`);
    const { code, output } = await pulumi("preview", "-s", "local");
    expect(code).not.toBe(0);
    expect(output).toContain("exit code 7");
  });

  describe("a program that is still running", () => {
    const HANGS = `
      require("fs").writeFileSync("pid", String(process.pid));
      setInterval(() => {}, 1000);
      export const never = pulumi.output(new Promise(() => {}));
    `;
    const alive = (pid: number) => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };

    test.each(["SIGINT", "SIGKILL"] as const)("ends with the engine on %s", async (signal) => {
      const { cwd, start } = await project(HANGS);
      const { child, ended } = start("preview", "-s", "local");
      const file = join(cwd, "program/pid");
      await expect
        .poll(() => existsSync(file) && readFileSync(file, "utf8"), { timeout: 60_000 })
        .toMatch(/\d/);
      const pid = Number(readFileSync(file, "utf8"));
      child.kill(signal);
      const { code } = await ended;
      expect(code).not.toBe(0);
      await expect.poll(() => alive(pid)).toBe(false);
    });
  });

  test("a policy pack written in Node runs", async () => {
    const { folder, pulumi } = await project(`export const done = true;`);
    const pack = join(folder, "policy");
    mkdirSync(pack);
    symlinkSync(MODULES, join(pack, "node_modules"));
    writeFileSync(join(pack, "PulumiPolicy.yaml"), "runtime: nodejs\nmain: index.js\n");
    writeFileSync(join(pack, "package.json"), '{ "name": "pack", "version": "1.0.0", "main": "index.js" }');
    // The pack's own library is not a dependency here: a module that fails shows that the pack's code was run.
    writeFileSync(join(pack, "index.js"), 'throw new Error("the pack was loaded");');
    const { code, output } = await pulumi("preview", "--policy-pack", pack, "-s", "local");
    expect(output).toContain("the pack was loaded");
    expect(code).not.toBe(0);
  });
});

test("the hosts are bundled once and hold nothing of this checkout", async () => {
  const folder = testFolder();
  await installHosts(folder);
  const host = join(folder, "pulumi-language-nodejs");
  const { mtimeMs, mode } = statSync(host);
  expect(mode & 0o777).toBe(0o755);
  expect(readFileSync(host, "utf8")).not.toContain(MODULES);
  await installHosts(folder);
  expect(statSync(host).mtimeMs).toBe(mtimeMs);
});
