import { spawn } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { projectRoot } from "../root.ts";
import { runMove } from "./run.ts";
import { stackFolder, stackYaml } from "./testing.ts";
import { writeEdit } from "./write.ts";

const yaml = stackYaml("pro");
/** Every file of a folder with its content, mode and time of change. */
const contents = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const { mode, mtimeMs, ino } = statSync(join(folder, name));
      return { name, mode, mtimeMs, ino, text: readFileSync(join(folder, name), "utf8") };
    });

describe("in this process", () => {
  const printed: string[] = [];
  beforeEach(() => {
    printed.length = 0;
    vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    // It is the test runner's own.
    process.exitCode = undefined;
  });

  const problem = { key: "DATABASE_URL", value: "(not set)", limit: "it is needed", fix: "Give it." };
  const run = async (folder: string, verb: "promote" | "demote", ...words: string[]) => {
    await runMove(verb, ["--stack", "prod", ...words], { folder, database: async () => ({ problem }) });
    const exitCode = process.exitCode ?? 0;
    process.exitCode = undefined;
    return exitCode;
  };

  it("planning writes nothing, on any path", async () => {
    const folder = stackFolder(yaml);
    const before = contents(folder);
    expect(await run(folder, "promote", "--to", "team")).toBe(0);
    expect(await run(folder, "promote", "--to", "team", "--json", "--verbose")).toBe(0);
    expect(await run(folder, "promote", "--to", "team", "--set", "lavlay:supabase.plan=free")).toBe(2);
    expect(await run(folder, "demote", "--to", "free")).toBe(2);
    expect(await run(folder, "demote", "--to", "free", "--write")).toBe(2);
    expect(
      await run(folder, "promote", "--to", "team", "--set", "lavlay:supabase.plan=free", "--write"),
    ).toBe(2);
    await expect(run(folder, "promote", "--to", "free", "--write")).rejects.toThrow(/npm run demote/);
    await expect(run(folder, "promote", "--to", "team", "--write", "--stack", "dev")).rejects.toThrow(
      /no Pulumi.dev.yaml/,
    );
    expect(contents(folder)).toEqual(before);
  });

  it("writes with --write, the tier's line alone, and says so", async () => {
    const folder = stackFolder(yaml);
    expect(await run(folder, "promote", "--to", "team", "--write")).toBe(0);
    expect(contents(folder)).toEqual([
      expect.objectContaining({ name: "Pulumi.prod.yaml", text: yaml.replace("tier: pro", "tier: team") }),
    ]);
    expect(printed.join("\n")).toMatch(
      /\+ {2}lavlay:tier: team # since 2025-11[\s\S]*Written: .*Pulumi\.prod\.yaml/,
    );
  });

  it("is data with --json: the same, and whether it was written", async () => {
    const folder = stackFolder(yaml);
    await run(folder, "promote", "--to", "team", "--json", "--write");
    const data = JSON.parse(printed.join("\n")) as Record<string, unknown>;
    expect(data).toMatchObject({
      verb: "promote",
      from: "pro",
      to: "team",
      refused: [],
      written: true,
      config: expect.arrayContaining(["+  lavlay:tier: team # since 2025-11"]),
      effect: { changes: expect.any(Array), sql: expect.any(Array), cost: expect.any(Object) },
    });
  });
});

describe("writing", () => {
  const edit = (folder: string) => ({ file: join(folder, "Pulumi.prod.yaml"), before: yaml, after: "new" });

  it("keeps the file's mode, and leaves nothing beside it", () => {
    const folder = stackFolder(yaml);
    chmodSync(edit(folder).file, 0o640);
    writeEdit(edit(folder));
    expect(contents(folder)).toEqual([expect.objectContaining({ text: "new" })]);
    expect(statSync(edit(folder).file).mode & 0o777).toBe(0o640);
  });

  it("goes to what a link names", () => {
    const folder = stackFolder(yaml);
    const { file } = edit(folder);
    mkdirSync(join(folder, "there"));
    renameSync(file, join(folder, "there", "prod.yaml"));
    symlinkSync(join("there", "prod.yaml"), file);
    writeEdit(edit(folder));
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, "there", "prod.yaml"), "utf8")).toBe("new");
  });

  it("is refused where somebody has changed the file since", () => {
    const folder = stackFolder(yaml);
    writeFileSync(edit(folder).file, "theirs");
    expect(() => writeEdit(edit(folder))).toThrow(/somebody has changed it meanwhile/);
    expect(readFileSync(edit(folder).file, "utf8")).toBe("theirs");
  });
});

describe("through the command line", () => {
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: "1" };
  delete env["DATABASE_URL"];

  const lavlay = async (...args: string[]) => {
    const child = spawn(process.execPath, ["--import", "tsx", join(projectRoot, "ops", "cli.ts"), ...args], {
      cwd: projectRoot,
      env: { ...env, LAVLAY_LOCAL_DIR: join(tmpdir(), "lavlay-nowhere") },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = Promise.all([readAll(child.stdout), readAll(child.stderr)]);
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    const [stdout, stderr] = await output;
    return { code, stdout, stderr };
  };
  const yamls = () =>
    readdirSync(projectRoot)
      .filter((name) => /^Pulumi\..*yaml/.test(name))
      .map((name) => [name, readFileSync(join(projectRoot, name), "utf8")]);

  it("shows, refuses and asks for what is missing, by its exit code", async () => {
    const before = yamls();
    const shown = await lavlay("promote", "--stack", "prod", "--to", "enterprise", "--json");
    expect({ code: shown.code, stderr: shown.stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(shown.stdout)).toMatchObject({ to: "enterprise", written: false });

    const other = await lavlay("promote", "--stack", "prod", "--to", "free");
    expect(other).toMatchObject({ code: 2, stdout: "" });
    expect(other.stderr).toContain("npm run demote -- --stack prod --to free");

    const unseen = await lavlay("demote", "--stack", "prod", "--to", "free");
    expect({ code: unseen.code, stderr: unseen.stderr }).toEqual({ code: 2, stderr: "" });
    expect(unseen.stdout).toMatch(/Refused[\s\S]*DATABASE_URL: \(not set\)/);

    expect((await lavlay("promote", "--stack", "nowhere", "--to", "team")).code).toBe(2);
    expect((await lavlay("demote", "--stack", "prod")).code).toBe(2);
    expect(yamls()).toEqual(before);
  });
});
