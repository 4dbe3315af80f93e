import { expect, it } from "vitest";
import { parseExport } from "./decrypted.ts";
import { pendingIn } from "./stack.ts";

it("a state's secrets are opened, at whatever depth", () => {
  const secret = (value: unknown) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: JSON.stringify(value),
  });
  const urn = "urn:pulumi:local::lavlay::a$b::media-credentials-token";
  const resources = [
    { type: "b", urn, id: "1", outputs: { value: secret("v"), list: secret([{ a: secret(1) }]) } },
  ];
  expect(parseExport(JSON.stringify({ deployment: { resources } }))).toEqual([
    { type: "b", name: "media-credentials-token", id: "1", outputs: { value: "v", list: [{ a: 1 }] } },
  ]);
  expect(parseExport("{}")).toEqual([]);
});

it("only what changes is pending", () => {
  const steps = ["same", "read", "update", "create"].map((op) => ({
    op,
    urn: `urn:pulumi:local::lavlay::t::${op}d`,
  }));
  expect(pendingIn(JSON.stringify({ steps }))).toEqual(["update updated", "create created"]);
  expect(pendingIn("{}")).toEqual([]);
});
