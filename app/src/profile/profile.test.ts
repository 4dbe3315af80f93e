import { expect, test, vi } from "vitest";
import type { Profile } from "./profile.ts";

vi.mock("../api/supabase.ts", () => ({ supabase: {} }));
const { withFollow } = await import("./profile.ts");

test("following counts once, and back", () => {
  const profile = { followers: 2, followed_by_me: false } as Profile;
  const followed = withFollow(profile, true);
  expect(followed).toEqual({ followers: 3, followed_by_me: true });
  expect(withFollow(followed, true)).toBe(followed);
  expect(withFollow(followed, false)).toEqual(profile);
});
