import { expect, it } from "vitest";
import { tierNames } from "../../infra/settings/schema.ts";
import { planMatrix } from "./matrix.ts";

it("every tier of dev and prod is valid as it stands in the repository", async () => {
  const cells = await planMatrix(["dev", "prod"]);
  expect(cells.map(({ stack, tier, problems }) => ({ stack, tier, problems }))).toEqual(
    ["dev", "prod"].flatMap((stack) => tierNames.map((tier) => ({ stack, tier, problems: [] }))),
  );
  // Each tier adds to the one below.
  const counts = cells.filter(({ stack }) => stack === "prod").map(({ plan }) => plan?.resources.length ?? 0);
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(new Set(counts).size).toBe(tierNames.length);
});
