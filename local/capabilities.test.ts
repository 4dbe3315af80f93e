import { expect, test } from "vitest";
import { catalogEntries, providerSchemas } from "../catalog/catalog.ts";
import { capabilities } from "./capabilities.ts";

test("every resource type and function of the catalog is listed once, with what is not imitated", () => {
  const { resources, functions } = capabilities();
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name).sort();
  expect(names(resources)).toEqual(
    catalogEntries()
      .map(({ token }) => token)
      .sort(),
  );
  expect(names(functions)).toEqual(
    Object.values(providerSchemas)
      .flatMap((schema) => Object.keys(schema.functions))
      .sort(),
  );
});

test("every service says what it does not imitate", () => {
  for (const { name, notImitated } of capabilities().services) {
    expect(notImitated, name).not.toHaveLength(0);
  }
});
