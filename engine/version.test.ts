import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ENGINE_VERSION, isAtLeast, parseVersion } from "./version.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

test.each([
  ["3.230.0", "3.230.0", true],
  ["3.231.0", "3.230.0", true],
  ["4.0.0", "3.230.0", true],
  ["3.229.9", "3.230.0", false],
  ["3.30.0", "3.230.0", false],
  ["1.25", "1.25.8", false],
  ["1.26", "1.25.8", true],
])("%s is at least %s: %s", (version, minimum, expected) => {
  expect(isAtLeast(version, minimum)).toBe(expected);
});

test.each([
  ["v3.230.0\n", "3.230.0"],
  ["go version go1.26.8 linux/amd64", "1.26.8"],
  ["v3.231.0-alpha.x1", "3.231.0"],
  ["go1.26", "1.26"],
  ["nonsense", undefined],
])("the version in %j is %s", (text, expected) => {
  expect(parseVersion(text)).toBe(expected);
});

test("go.mod and package.json pin the same release", () => {
  expect(read("go.mod")).toContain(`github.com/pulumi/pulumi/pkg/v3 v${ENGINE_VERSION}`);
  expect(JSON.parse(read("../package.json")).dependencies["@pulumi/pulumi"]).toBe(ENGINE_VERSION);
});
