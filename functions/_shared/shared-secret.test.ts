import { describe, expect, it } from "vitest";
import { createGate } from "./shared-secret.ts";

const asked = (gate: ReturnType<typeof createGate>, authorization?: string) =>
  gate(new Request("https://example.com", { headers: authorization ? { authorization } : {} })).then(
    () => "in",
    (error: { code?: string }) => error.code,
  );

describe("the gate", () => {
  it("lets in whoever has the secret", async () => {
    const gate = createGate("one");
    expect(await asked(gate, "Bearer one")).toBe("in");
    for (const wrong of [undefined, "Bearer ", "Bearer two", "one", "bearer one"])
      expect(await asked(gate, wrong), wrong).toBe("unauthorized");
  });

  it("lets in either while a secret is exchanged, and neither both nor none", async () => {
    const gate = createGate("new|old");
    expect(await asked(gate, "Bearer new")).toBe("in");
    expect(await asked(gate, "Bearer old")).toBe("in");
    for (const wrong of ["Bearer new|old", "Bearer |", "Bearer ne"])
      expect(await asked(gate, wrong), wrong).toBe("unauthorized");
  });

  it("is shut without a secret", async () => {
    for (const secrets of ["", "|"]) expect(await asked(createGate(secrets), "Bearer ")).toBe("unauthorized");
  });
});
