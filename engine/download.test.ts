import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { downloadEngine, releaseUrl, type Fetch } from "./download.ts";
import { testFolder, writeScript } from "./test-folder.ts";
import { ENGINE_VERSION } from "./version.ts";

/** A release like the official one, which holds other languages' hosts too. */
function archive(version = ENGINE_VERSION): Buffer {
  const folder = testFolder();
  for (const name of [
    "pulumi",
    "pulumi-language-nodejs",
    "pulumi-resource-pulumi-nodejs",
    "pulumi-language-go",
  ]) {
    writeScript(join(folder, "pulumi", name), `echo v${version}`);
  }
  execFileSync("tar", ["-czf", join(folder, "release.tar.gz"), "-C", folder, "pulumi"]);
  return readFileSync(join(folder, "release.tar.gz"));
}

const serve =
  (body: Buffer, headers: Record<string, string> = { "content-length": String(body.length) }): Fetch =>
  async (_, { method }) =>
    new Response(method === "HEAD" ? null : new Uint8Array(body), { headers });

test("keeps the engine and its Node hosts, and tells how far it is", async () => {
  const folder = testFolder();
  const lines: string[] = [];
  await downloadEngine(folder, (line) => lines.push(line), serve(archive()));
  expect(readdirSync(folder).sort()).toEqual([
    "pulumi",
    "pulumi-language-nodejs",
    "pulumi-resource-pulumi-nodejs",
  ]);
  expect(lines.at(-1)).toMatch(/^downloading from get\.pulumi\.com: \d+ of \d+ MB$/);
});

test("a host out of reach or an answer of refusal is told at once", async () => {
  const unreachable: Fetch = async () => {
    throw Object.assign(new TypeError("fetch failed"), { cause: { code: "ENOTFOUND" } });
  };
  const refusing: Fetch = async () => new Response("no", { status: 403 });
  await expect(downloadEngine(testFolder(), () => {}, unreachable)).rejects.toThrow(
    "get.pulumi.com cannot be reached (ENOTFOUND)",
  );
  await expect(downloadEngine(testFolder(), () => {}, refusing)).rejects.toThrow(
    "get.pulumi.com answered 403",
  );
});

test("a silent host costs no more than the probe", { timeout: 6_000 }, async () => {
  const silent: Fetch = (_, { signal }) =>
    new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));
  await expect(downloadEngine(testFolder(), () => {}, silent)).rejects.toThrow("cannot be reached");
});

test.each([
  ["cut short", () => serve(archive().subarray(0, 200), {})],
  ["shorter than announced", () => serve(archive(), { "content-length": "1000000" })],
  ["not an archive", () => serve(Buffer.from("<html>please log in</html>"))],
  ["of another version", () => serve(archive("3.1.0"))],
])("a release that is %s is refused, with nothing unpacked left", async (_, fetch) => {
  const folder = testFolder();
  await expect(downloadEngine(folder, () => {}, fetch())).rejects.toMatchObject({ name: "Unavailable" });
  expect(readdirSync(folder)).not.toContain("unpacked");
});

test("only platforms with a release are asked for", () => {
  expect(releaseUrl("darwin", "arm64")).toBe(
    `https://get.pulumi.com/releases/sdk/pulumi-v${ENGINE_VERSION}-darwin-arm64.tar.gz`,
  );
  expect(() => releaseUrl("win32", "x64")).toThrow("no release for win32-x64");
});
