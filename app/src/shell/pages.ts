import { lazy } from "react";

/** The pages beside the feed, each a chunk of its own. */
const load = {
  following: () => import("../following/following-page.tsx"),
  reels: () => import("../reels/reels-page.tsx"),
  search: () => import("../search/search-page.tsx"),
  points: () => import("../points/points-page.tsx"),
  profile: () => import("../profile/profile-page.tsx"),
  comments: () => import("../comments/comments.tsx"),
};

export const FollowingPage = lazy(load.following);
export const ReelsPage = lazy(load.reels);
export const SearchPage = lazy(load.search);
export const PointsPage = lazy(load.points);
export const ProfilePage = lazy(load.profile);

/** Gets them all once there is nothing better to do, so that a page opens at once, and also offline. */
export function loadPages(): void {
  // One that cannot be had now is asked for again when it is opened.
  for (const page of Object.values(load)) page().catch(() => {});
}
