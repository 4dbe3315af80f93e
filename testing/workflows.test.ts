import { execFile, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { describeUnless } from "./skip.ts";

const folder = fileURLToPath(new URL("../.github/workflows", import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith(".yml"));
const text = (name: string) => readFileSync(join(folder, name), "utf8");

interface Workflow {
  on: Record<string, unknown>;
  permissions?: object;
  jobs: Record<string, { permissions?: object; "timeout-minutes"?: number; uses?: string; steps?: Step[] }>;
}
interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
const workflow = (name: string) => parse(text(name)) as Workflow;
const steps = (name: string) => Object.values(workflow(name).jobs).flatMap((job) => job.steps ?? []);

describe.each(files)("%s", (name) => {
  it("uses nothing that can change under its name", () => {
    const used = steps(name).flatMap(({ uses }) => uses ?? []);
    for (const action of used) expect(action).toMatch(/@[0-9a-f]{40}$/);
  });

  it("has no right but those that a job names", () => {
    const { permissions, jobs } = workflow(name);
    expect(permissions).toEqual({});
    for (const job of Object.values(jobs)) expect(job.permissions).toBeDefined();
  });

  it("ends by itself", () => {
    for (const { uses, "timeout-minutes": minutes } of Object.values(workflow(name).jobs))
      if (uses === undefined) expect(minutes).toBeGreaterThan(0);
  });

  it("puts nothing that others write into a shell's text", () => {
    for (const { run = "" } of steps(name)) expect(run).not.toMatch(/\$\{\{/);
  });

  it("leaves no token behind in the checkout", () => {
    for (const step of steps(name))
      if (step.uses?.startsWith("actions/checkout@")) expect(step.with?.["persist-credentials"]).toBe(false);
  });
});

it("a pull request is reviewed without any secret of the clouds", () => {
  expect(Object.keys(workflow("review.yml").on)).toEqual(["pull_request"]);
  expect(text("review.yml")).not.toMatch(/secrets\.|pull_request_target/);
});

it("prod is changed by a job whose environment asks for approval, and by no other", () => {
  const { jobs } = workflow("deploy.yml");
  const prod = Object.values(jobs)
    .map((job) => (job as { with?: Record<string, string> }).with ?? {})
    .filter(({ stack }) => stack === "prod");
  for (const { command = "", environment } of prod)
    expect(environment).toBe(command.startsWith("up") ? "prod" : "prod-preview");
  expect(prod.map(({ command }) => command)).toEqual(["preview --diff", "up --yes"]);
});

const noGo = spawnSync("go", ["version"]).status === 0 ? undefined : "go is not on PATH: it runs actionlint";
describeUnless(noGo, "actionlint", () => {
  it(
    "finds nothing",
    async () => {
      const cwd = fileURLToPath(new URL("actionlint", import.meta.url));
      const env = { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off" };
      const paths = files.map((name) => join(folder, name));
      const { stdout } = await promisify(execFile)("go", ["tool", "actionlint", ...paths], { cwd, env });
      expect(stdout).toBe("");
    },
    // The first time, it is built.
    3 * 60_000,
  );
});
