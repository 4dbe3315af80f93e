import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkOut, type Checkout } from "../../testing/checkout.ts";

const golden = fileURLToPath(new URL("golden", import.meta.url));
let checkout: Checkout;

const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@lavlay.com", ...args], {
    cwd: checkout.root,
    encoding: "utf8",
  });
const edit = (file: string, change: (text: string) => string) => {
  const path = join(checkout.root, file);
  writeFileSync(path, change(existsSync(path) ? readFileSync(path, "utf8") : ""));
};
const review = async (...more: string[]) => {
  const { exitCode, stdout, stderr } = await checkout.lavlay(["review", "--base", "base", ...more]);
  // A hash changes with every line of the sources; that it changes is what counts.
  return { exitCode, stderr, text: stdout.replace(/\b[0-9a-f]{64}\b/g, "<sha256>") };
};

/** Where a review unpacks revisions. */
const revisionFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("lavlay-review-"));
let foldersBefore: string[];

beforeAll(() => {
  foldersBefore = revisionFolders();
  checkout = checkOut();
  git("init", "--quiet", "--initial-branch=base");
  git("add", "--all", "--", ".", ":!node_modules");
  git("commit", "--quiet", "--message=base");
});
afterAll(() => checkout.remove());
beforeEach(() => {
  git("checkout", "--quiet", "--force", "base");
  git("clean", "--quiet", "--force", "-d", "--exclude=node_modules");
});

/** Changes as people make them, each with the exit code of its review. */
const branches: Record<string, { change: () => void; exitCode: number; stack: string }> = {
  "free-to-pro": {
    change: () => edit("Pulumi.dev.yaml", (yaml) => yaml.replace("lavlay:tier: free", "lavlay:tier: pro")),
    exitCode: 0,
    stack: "dev",
  },
  "bucket-renamed": {
    change: () =>
      edit("Pulumi.prod.yaml", (yaml) => yaml.replace("bucket: lavlay-media", "bucket: lavlay-media-2")),
    exitCode: 3,
    stack: "prod",
  },
  "rate-limits-dropped": {
    change: () => edit("infra/edge/edge.ts", (source) => source.replace(/^ *"rate-limit": .*\n/m, "")),
    exitCode: 3,
    stack: "prod",
  },
  "blocking-index": {
    change: () =>
      edit(
        "sql/free/20260601000000_posts_by_media_type.sql",
        () => "create index posts_media_type_idx on public.posts (media_type);\n",
      ),
    exitCode: 3,
    stack: "prod",
  },
  "secret-in-plain-text": {
    change: () =>
      edit("Pulumi.dev.yaml", (yaml) => `${yaml}  lavlay:databasePassword: correct horse battery staple\n`),
    exitCode: 3,
    stack: "dev",
  },
};

describe("the review of a branch", () => {
  it.each(Object.entries(branches))("%s", async (name, { change, exitCode }) => {
    change();
    const found = await review();
    const file = join(golden, `${name}.md`);
    if (process.env["UPDATE_GOLDEN"]) writeFileSync(file, found.text);
    expect(found.text).toBe(readFileSync(file, "utf8"));
    expect(found.exitCode, found.stderr).toBe(exitCode);
    expect(found.text + found.stderr).not.toContain("correct horse");
  });

  it("that changes nothing is safe", async () => {
    const { exitCode, text } = await review();
    expect(exitCode).toBe(0);
    expect(text).toContain("## Infrastructure: safe");
    expect(text).toContain("nothing changes in any stack");
  });

  it("is the same from run to run, byte by byte, in every form", async () => {
    branches["bucket-renamed"]?.change();
    const out = join(checkout.root, "review.md");
    const read = () => [out, `${out}.full.md`, `${out}.json`].map((file) => readFileSync(file, "utf8"));
    await review("--out", out);
    const first = read();
    await review("--out", out);
    expect(read()).toEqual(first);
    expect(JSON.stringify(first)).not.toContain(checkout.root);
    expect(JSON.parse(first[2] ?? "")).toMatchObject({ base: "base", stacks: [{}, {}, {}] });
  });

  it("fits the comment, and cuts details, never the summary", async () => {
    edit("Pulumi.dev.yaml", (yaml) => yaml.replace("lavlay:tier: free", "lavlay:tier: enterprise"));
    const { text } = await review("--limit", "6000");
    expect(text.length).toBeLessThanOrEqual(6000);
    expect(text).toContain("create `edge-load-balancer` (LoadBalancer)");
    expect(text).toContain("the full report is in the run's artifacts");
    expect(text).not.toContain("<details>");
  });

  it("tells of a function's and the app's source, of edited SQL and of a new stack", async () => {
    edit("functions/upload-media/upload.ts", (source) => `${source}\nconsole.log("changed");\n`);
    edit("app/src/main.tsx", (source) => `${source}\nconsole.log("changed");\n`);
    edit("sql/baseline/20260101000400_search.sql", (sql) => `${sql}\n-- a comment\n`);
    edit("Pulumi.stage.yaml", () => readFileSync(join(checkout.root, "Pulumi.dev.yaml"), "utf8"));
    const { exitCode, text } = await review("--stack", "dev,stage");
    expect(exitCode).toBe(3);
    expect(text).toContain("function `upload-media`: its source changes");
    expect(text).toContain("the web app: its source changes");
    expect(text).toContain("`baseline/20260101000400_search.sql` was edited");
    expect(text).toContain("stage (new)");
  });

  it("tells of a tier that goes down what is undone and what stays, from the files", async () => {
    edit("sql/pro/20260601000000_a.sql", () => "create table private.a (id int);\n");
    edit("sql/pro/20260601000001_b.sql", () => "create view public.b as select 1;\n");
    edit("sql/pro/20260601000001_b.down.sql", () => "drop view public.b;\n");
    edit("Pulumi.dev.yaml", (yaml) => yaml.replace("lavlay:tier: free", "lavlay:tier: pro"));
    git("add", "--all", "--", ".", ":!node_modules");
    git("commit", "--quiet", "--message=pro");
    try {
      edit("Pulumi.dev.yaml", (yaml) => yaml.replace("lavlay:tier: pro", "lavlay:tier: free"));
      const { stdout } = await checkout.lavlay(["review", "--base", "HEAD", "--stack", "dev"]);
      expect(stdout).toContain("- undo by `pro/20260601000001_b.down.sql`\n");
      expect(stdout).toContain(
        "- ⚠️ `pro/20260601000000_a.sql` is no longer applied; what it did stays in the database",
      );
      expect(stdout).not.toContain("`pro/20260601000001_b.sql` is no longer");
      expect(stdout).toContain("SQL pro/20260601000001_b.down.sql");
    } finally {
      git("reset", "--quiet", "--hard", "HEAD~1");
    }
  });

  it("names the policies that it breaks", async () => {
    edit("infra/edge/zone-settings.ts", (source) =>
      source.replace('min_tls_version: "1.2"', 'min_tls_version: "1.0"'),
    );
    edit("infra/media/media.ts", (source) =>
      source.replace("origins: args.allowedOrigins", 'origins: ["*"]'),
    );
    const { exitCode, text } = await review("--stack", "prod");
    expect(exitCode).toBe(3);
    expect(text).toContain("**prod**: 2 policies are broken");
    expect(text).toContain("⛔ policy `no-wildcard-origin`, `media-cors`: rules");
    expect(text).toContain("⛔ policy `tls-1-2-and-up`, `edge-min-tls-version`: min\\_tls\\_version: 1.0");
  });

  it("asks for a look above the budget, and at another version of a provider", async () => {
    edit(
      "Pulumi.dev.yaml",
      (yaml) => `${yaml.replace("tier: free", "tier: pro")}  lavlay:budget:\n    monthlyUsd: 20\n`,
    );
    edit("package-lock.json", (lock) =>
      lock.replace(/("node_modules\/@pulumi\/cloudflare": \{\s*"version": )"[^"]*"/, '$1"7.0.0"'),
    );
    const { exitCode, text } = await review("--stack", "dev");
    expect(exitCode).toBe(3);
    expect(text).toContain("**dev**: the floor is above the budget");
    expect(text).toMatch(/- @pulumi\/cloudflare \S+ → 7\.0\.0/);
  });

  it("of a stack that the settings refuse names every reason, and never fails", async () => {
    edit("Pulumi.prod.yaml", (yaml) => yaml.replace("tier: pro", "tier: huge").replace("eu-west-1", "moon"));
    const { exitCode, text } = await review("--stack", "prod");
    expect(exitCode).toBe(3);
    expect(text).toMatch(/lavlay:tier/);
    expect(text).toMatch(/lavlay:supabase\.region/);
  });

  it("from a base that cannot be planned says so, and counts everything as new", async () => {
    edit("Pulumi.dev.yaml", (yaml) => yaml.replace("tier: free", "tier: huge"));
    git("checkout", "--quiet", "-b", "broken");
    git("commit", "--quiet", "--all", "--message=broken");
    edit("Pulumi.dev.yaml", (yaml) => yaml.replace("tier: huge", "tier: free"));
    const { exitCode, stdout } = await checkout.lavlay(["review", "--base", "broken", "--stack", "dev"]);
    git("checkout", "--quiet", "--force", "base");
    git("branch", "--quiet", "-D", "broken");
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/the base was refused: .*lavlay:tier/);
    expect(stdout).toContain("create `media-bucket`");
  });

  it("of a revision that git does not know is wrong use", async () => {
    const { exitCode, stderr } = await checkout.lavlay(["review", "--base", "no-such-branch"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("no-such-branch");
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("leaves nothing behind", () => {
    expect(revisionFolders()).toEqual(foldersBefore);
    expect(git("status", "--porcelain")).not.toMatch(/lavlay-review/);
  });
});
