import { expect, it } from "vitest";
import { RefusedError } from "../../catalog/problem.ts";
import { recordProgram } from "./record.ts";

it("gives the error that the program throws to whoever plans, and leaves no promise that nobody waits for", async () => {
  const refused = new RefusedError("Stack prod", [
    { key: "k", value: "v", limit: "not so", fix: "Otherwise." },
  ]);
  await expect(recordProgram("lavlay", "prod", () => Promise.reject(refused))).rejects.toBe(refused);
});
