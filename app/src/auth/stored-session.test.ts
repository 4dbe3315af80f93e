import { expect, test, vi } from "vitest";

vi.mock("../api/api.ts", () => ({ storageKey: "sb-abc-auth-token" }));
const { storedSession } = await import("./stored-session.ts");

const nowhere = { hash: "", search: "" };
const inSeconds = (seconds: number) => Date.now() / 1000 + seconds;
const session = { access_token: "token", expires_at: inSeconds(600), user: { id: "ada" } };

function told(stored: unknown, address = nowhere) {
  const text = stored === null || typeof stored === "string" ? stored : JSON.stringify(stored);
  return storedSession(() => ({ getItem: (key) => (key === "sb-abc-auth-token" ? text : null) }), address);
}

test("a session that is good for now is told, and nobody where there is none", () => {
  expect(told(session)).toEqual({ userId: "ada", accessToken: "token" });
  expect(told(null)).toBeNull();
});

test.each([
  ["one that has run out", { ...session, expires_at: inSeconds(-1) }],
  ["one that is about to, which the auth client renews first", { ...session, expires_at: inSeconds(80) }],
  ["one without an end", { ...session, expires_at: undefined }],
  ["one without a user", { ...session, user: null }],
  ["no object", "null"],
  ["damaged", "{damaged"],
])("is left to the auth client: %s", (_name, stored) => {
  expect(told(stored)).toBeUndefined();
});

test.each([
  { hash: "#access_token=x&refresh_token=y", search: "" },
  { hash: "#error=access_denied&error_description=expired", search: "" },
  { hash: "", search: "?error_description=expired" },
])("so is an address that brings a session, or says why not: %o", (address) => {
  expect(told(session, address)).toBeUndefined();
  expect(told(null, address)).toBeUndefined();
});

test("so is a browser that forbids to look", () => {
  const forbidden = () => {
    throw new DOMException("no", "SecurityError");
  };
  expect(storedSession(forbidden, nowhere)).toBeUndefined();
});
