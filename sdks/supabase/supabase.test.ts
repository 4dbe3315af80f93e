import { beforeAll, expect, test } from "vitest";
import * as pulumi from "@pulumi/pulumi";

const created: pulumi.runtime.MockResourceArgs[] = [];
let supabase: typeof import("@pulumi/supabase");

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: (args) => {
      created.push(args);
      return { id: "abcdefghijklmnopqrst", state: { ...args.inputs } };
    },
    call: () => ({ url: { transaction: "postgresql://localhost" } }),
  });
  supabase = await import("@pulumi/supabase");
});

const value = <T>(output: pulumi.Output<T>): Promise<T> =>
  new Promise((resolve) => void output.apply((found) => resolve(found)));

const project = (name: string) =>
  new supabase.Project(name, {
    databasePassword: "correct horse",
    organizationId: "lavlay",
    region: "eu-west-1",
  });

test("a resource has the token that the bridged provider gives it", async () => {
  await value(project("tokens").urn);
  expect(created.at(-1)).toMatchObject({ type: "supabase:index/project:Project", name: "tokens" });
});

test("properties are outputs, and the password is a secret one", async () => {
  const made = project("outputs");
  expect(await value(made.region)).toBe("eu-west-1");
  expect(await value(made.id)).toBe("abcdefghijklmnopqrst");
  expect(await pulumi.isSecret(made.databasePassword)).toBe(true);
  expect(await pulumi.isSecret(made.region)).toBe(false);
});

test("a missing required argument throws", () => {
  const args = { organizationId: "lavlay", region: "eu-west-1" } as never;
  expect(() => new supabase.Project("incomplete", args)).toThrow(
    "Missing required property 'databasePassword'",
  );
});

test("an instance is known by its type", () => {
  expect(supabase.Project.isInstance(project("instances"))).toBe(true);
  expect(supabase.Settings.isInstance(project("others"))).toBe(false);
});

test("a function is invoked by its token", async () => {
  const pooler = supabase.getPoolerOutput({ projectRef: "abcdefghijklmnopqrst" });
  expect(await value(pooler.url)).toEqual({ transaction: "postgresql://localhost" });
});
