import { symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { findOnPath } from "./path.ts";
import { testFolder, writeScript } from "./test-folder.ts";

const pathOf = (...folders: string[]) => ({ PATH: folders.join(delimiter) });

test("takes the first that is new enough, past one that is too old", async () => {
  const folder = testFolder();
  writeScript(join(folder, "old/pulumi"), "echo v3.100.0");
  writeScript(join(folder, "new/pulumi"), "echo v3.231.0");
  const found = await findOnPath(pathOf(join(folder, "old"), join(folder, "new")));
  expect(found).toEqual({ pulumi: join(folder, "new/pulumi"), version: "3.231.0", hasHost: false });
});

test("sees the official host beside the binary, through a link, and elsewhere on PATH", async () => {
  const folder = testFolder();
  writeScript(join(folder, "opt/pulumi"), "echo v3.230.0");
  writeScript(join(folder, "opt/pulumi-language-nodejs"), "");
  writeScript(join(folder, "bin/none"), "");
  symlinkSync(join(folder, "opt/pulumi"), join(folder, "bin/pulumi"));
  expect((await findOnPath(pathOf(join(folder, "bin")))).hasHost).toBe(true);

  writeScript(join(folder, "alone/pulumi"), "echo v3.230.0");
  expect((await findOnPath(pathOf(join(folder, "alone")))).hasHost).toBe(false);
  expect((await findOnPath(pathOf(join(folder, "alone"), join(folder, "opt")))).hasHost).toBe(true);
});

test("says what is wrong with the one it found", async () => {
  const folder = testFolder();
  writeScript(join(folder, "old/pulumi"), "echo v3.100.0");
  writeScript(join(folder, "broken/pulumi"), "exit 1");
  writeFileSync(join(folder, "pulumi"), "not executable");
  await expect(findOnPath(pathOf(join(folder, "old")))).rejects.toThrow(/old\/pulumi is 3.100.0, older than/);
  await expect(findOnPath(pathOf(join(folder, "broken")))).rejects.toThrow(
    /does not answer "pulumi version"/,
  );
  await expect(findOnPath(pathOf(folder))).rejects.toThrow("there is none");
  await expect(findOnPath({})).rejects.toThrow("there is none");
});
