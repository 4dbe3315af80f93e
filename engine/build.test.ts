import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { buildEngine } from "./build.ts";
import { testFolder, writeScript } from "./test-folder.ts";

/** A `go` that answers `go env` with this and runs `build` for anything else. */
function fakeGo({ version = "go1.26.8", toolchain = "local", build = "" } = {}): NodeJS.ProcessEnv {
  const folder = testFolder();
  writeScript(
    join(folder, "go"),
    `if [ "$1" = env ]; then printf '${version}\\n${toolchain}\\n'; exit; fi\n${build}`,
  );
  return { PATH: [folder, process.env.PATH].join(delimiter) };
}

/** Puts the arguments into the file after `-o`. */
const WRITES = 'all="$*"; while [ "$1" != -o ]; do shift; done; echo "$all" >"$2"';

test("builds the pinned package into the folder, with its version, telling what it does", async () => {
  const folder = testFolder();
  const lines: string[] = [];
  const said =
    'echo "go: downloading a/b v1.0.0" >&2; echo github.com/a/b >&2; echo golang.org/x/sys/unix >&2\n';
  await buildEngine(folder, (line) => lines.push(line), fakeGo({ build: said + WRITES }));
  const args = readFileSync(join(folder, "pulumi"), "utf8");
  expect(args).toContain("-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.230.0");
  expect(args.trim().endsWith("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi")).toBe(true);
  expect(lines).toEqual([
    "downloading Go modules: 1",
    "compiling Go packages: 1",
    "compiling Go packages: 2",
  ]);
});

test("an old Go that may not fetch a newer one is refused, one that may is used", async () => {
  const folder = testFolder();
  await expect(buildEngine(folder, () => {}, fakeGo({ version: "go1.24.1" }))).rejects.toThrow(
    "go is 1.24.1, older than 1.25.8",
  );
  await expect(
    buildEngine(folder, () => {}, fakeGo({ version: "go1.19", toolchain: "auto" })),
  ).rejects.toThrow("go is 1.19, older than 1.25.8");
  await buildEngine(folder, () => {}, fakeGo({ version: "go1.24.1", toolchain: "auto", build: WRITES }));
});

test("says that there is no Go, or what the build said last", async () => {
  const folder = testFolder();
  await expect(buildEngine(folder, () => {}, { PATH: folder })).rejects.toThrow("go is not on PATH");
  const failing = fakeGo({ build: "echo 'main.go:1: no space left on device' >&2; exit 1" });
  await expect(buildEngine(folder, () => {}, failing)).rejects.toThrow(
    "go build failed: main.go:1: no space left on device",
  );
});
