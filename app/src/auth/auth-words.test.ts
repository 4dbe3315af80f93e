import { expect, test } from "vitest";
import { authWords } from "./auth-words.ts";

test.each([
  [{ code: "invalid_credentials", status: 400, message: "x" }, /do not match/],
  [{ code: "user_already_exists", status: 422, message: "x" }, /Sign in instead/],
  [{ status: 0, message: "Failed to fetch" }, /No connection/],
  [{ message: "Failed to fetch" }, /No connection/],
  [{ status: 429, message: "x" }, /Too many attempts/],
  [{ status: 503, message: "<html>" }, /our side/],
  [{ code: "weak_password", status: 422, message: "At least 8 characters." }, /^At least 8 characters\.$/],
])("%o", (problem, words) => {
  expect(authWords(problem)).toMatch(words);
});
