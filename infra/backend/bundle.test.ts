import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { bundleFunction } from "./bundle.ts";

const project = resolve(__dirname, "../..");
const folders: string[] = [];

function folder(files: Record<string, string> = {}): string {
  const made = mkdtempSync(join(tmpdir(), "bundle-"));
  folders.push(made);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(made, path)), { recursive: true });
    writeFileSync(join(made, path), text);
  }
  return made;
}

/** Another checkout of the project: its own sources, the dependencies linked. */
function checkout(): string {
  const made = folder({
    "tsconfig.json": `{"compilerOptions": {"target": "ES5", "useDefineForClassFields": false}}`,
  });
  cpSync(join(project, "functions"), join(made, "functions"), { recursive: true });
  symlinkSync(join(project, "node_modules"), join(made, "node_modules"));
  return made;
}

afterEach(() => folders.splice(0).forEach((each) => rmSync(each, { recursive: true, force: true })));

describe("bundleFunction", () => {
  it("gives the same bytes in any checkout, with no path of the machine in them", () => {
    const roots = [checkout(), checkout()];
    const bundles = roots.map((root) => bundleFunction({ slug: "upload-media", root }));
    expect(bundles[0]).toEqual(bundles[1]);
    expect(bundles[0]!.entrypoint).toBe(".build/functions/upload-media/index.js");
    const text = readFileSync(join(roots[0]!, bundles[0]!.entrypoint), "utf8");
    expect(bundles[0]!.bytes).toBe(Buffer.byteLength(text));
    expect(text).not.toContain(tmpdir());
    expect(text).not.toContain(project);
    expect(text).not.toMatch(/\bimport\b[^.(]*["'](npm:|jsr:|node:|https?:)/);
  });

  it("leaves an unchanged bundle alone and replaces a changed one", () => {
    const root = folder({ "functions/a/index.ts": "export const a: number = 1;" });
    const first = bundleFunction({ slug: "a", root });
    const written = statSync(join(root, first.entrypoint)).ino;
    expect(bundleFunction({ slug: "a", root })).toEqual(first);
    expect(statSync(join(root, first.entrypoint)).ino).toBe(written);
    writeFileSync(join(root, "functions/a/index.ts"), "export const a: number = 2;");
    expect(bundleFunction({ slug: "a", root }).sha256).not.toBe(first.sha256);
    expect(readFileSync(join(root, first.entrypoint), "utf8")).toContain("2");
  });

  it("refuses what it cannot bundle, naming the file and not the machine", () => {
    const root = folder({
      "functions/absent/index.ts": `import "not-installed";`,
      "functions/node/index.ts": `import "node:fs";`,
      "functions/url/index.ts": `import { serve } from "https://deno.land/std@0.168.0/http/server.ts"; serve();`,
      "functions/wrong/index.ts": `const a = ;`,
    });
    const refuse = (slug: string) => () => bundleFunction({ slug, root });
    expect(refuse("absent")).toThrow(/functions\/absent\/index.ts:1:\d+: .*not-installed/);
    expect(refuse("node")).toThrow(/functions\/node\/index.ts:1:\d+: .*node:fs/);
    expect(refuse("url")).toThrow(/imports https:\/\/deno.land\/std.*Install the package with npm/);
    expect(refuse("wrong")).toThrow(/functions\/wrong\/index.ts:1:11: const a = ;/);
    expect(refuse("none")).toThrow(/functions\/none\/index.ts: not there/);
    for (const slug of ["absent", "wrong"]) expect(refuse(slug)).not.toThrow(root);
  });

  it("refuses a bundle that is too large for Supabase", () => {
    const root = folder({
      "functions/big/index.ts": `import text from "./text.json"; console.log(text);`,
      "functions/big/text.json": JSON.stringify("x".repeat(20 * 1024 * 1024)),
    });
    expect(() => bundleFunction({ slug: "big", root })).toThrow(
      /bundles to 2\d+ bytes, but .*20971520 bytes/,
    );
  });
});
