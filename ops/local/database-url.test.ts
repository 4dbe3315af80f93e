import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { databaseOf } from "./database-url.ts";

afterEach(() => vi.unstubAllEnvs());

it("is that of the environment for a stack in the clouds, and of nothing else", async () => {
  vi.stubEnv("DATABASE_URL", "postgresql://there");
  expect(await databaseOf("prod")).toEqual({ url: "postgresql://there" });
  vi.stubEnv("DATABASE_URL", "");
  expect(await databaseOf("prod")).toMatchObject({
    problem: { key: "DATABASE_URL", fix: expect.stringContaining("-s prod") },
  });
});

it("is that of the local target for the stack local, whatever the environment says", async () => {
  vi.stubEnv("DATABASE_URL", "postgresql://there");
  vi.stubEnv("LAVLAY_LOCAL_DIR", join(tmpdir(), "lavlay-nowhere"));
  expect(await databaseOf("local")).toMatchObject({
    problem: { key: "local target", value: "not running", fix: expect.stringContaining("npm start") },
  });
});
