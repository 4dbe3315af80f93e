import { expect, test } from "vitest";
import { localDirectory } from "./paths.ts";

test("the state folder is .local in the repository, or where LAVLAY_LOCAL_DIR says", () => {
  expect(localDirectory({})).toMatch(/\/\.local$/);
  expect(localDirectory({ LAVLAY_LOCAL_DIR: "/tmp/elsewhere" })).toBe("/tmp/elsewhere");
});
