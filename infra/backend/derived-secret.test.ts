import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { testSettings } from "../settings/testing.ts";
import { derive, functionsSeeds, sharedSecret } from "./derived-secret.ts";

const valueOf = (output: pulumi.Output<string>) => new Promise<string>((resolve) => output.apply(resolve));
const databasePassword = pulumi.secret("correct horse battery");
const even = "an even generation's seed";

function shared(functionSecrets: object) {
  const settings = testSettings({ rotation: { functionSecrets }, functionsSeedEven: even }, [
    "lavlay:databasePassword",
    "lavlay:functionsSeedEven",
  ]);
  const secrets = { databasePassword, functionsSeedEven: pulumi.secret(even) };
  return sharedSecret(functionsSeeds(settings, secrets), "functions", (text) => `v1,${text}`);
}

const [first, second] = ["correct horse battery", even].map((seed) => `v1,${derive(seed, "functions")}`);

it.each([
  ["a stack that has never exchanged it", {}, first, first],
  ["one that announces the next", { current: 1, next: 2 }, first, `${first}|${second}`],
  ["one that uses it", { current: 2, previous: 1 }, second, `${second}|${first}`],
  ["one that has revoked the old one", { current: 2 }, second, second],
])("%s: what callers use, and what is accepted", async (_, generations, current, accepted) => {
  const secret = shared(generations);
  expect(await valueOf(secret.current)).toBe(current);
  expect(await valueOf(secret.accepted)).toBe(accepted);
  expect(await pulumi.isSecret(secret.accepted)).toBe(true);
});
