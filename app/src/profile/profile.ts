import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { supabase } from "../api/supabase.ts";
import { postsKey } from "../feed/feed.ts";
import { setRow } from "../feed/likes.ts";
import type { Person } from "../ui/person.ts";

export interface Profile extends Person {
  id: string;
  bio: string | null;
  followers: number;
  following: number;
  followed_by_me: boolean;
}

const key = (userId: string, username: string) => ["profile", userId, username] as const;

/** Somebody's profile as one user sees it; null if nobody has that name. */
export function profileQuery(userId: string, username: string) {
  return queryOptions({
    queryKey: key(userId, username),
    queryFn: async ({ signal }): Promise<Profile | null> => {
      const { data: person } = await supabase
        .from("users")
        .select("id, username, full_name, avatar_url, bio")
        .eq("username", username)
        .abortSignal(signal)
        .throwOnError()
        .maybeSingle();
      if (!person) return null;
      const countOf = (side: "follower_id" | "following_id") =>
        supabase
          .from("follows")
          .select("*", { count: "exact", head: true })
          .eq(side, person.id)
          .abortSignal(signal)
          .throwOnError();
      const [followers, following, mine] = await Promise.all([
        countOf("following_id"),
        countOf("follower_id"),
        supabase
          .from("follows")
          .select("following_id")
          .match({ follower_id: userId, following_id: person.id })
          .abortSignal(signal)
          .throwOnError(),
      ]);
      return {
        ...(person as Omit<Profile, "followers" | "following" | "followed_by_me">),
        followers: followers.count ?? 0,
        following: following.count ?? 0,
        followed_by_me: mine.data.length > 0,
      };
    },
  });
}

/** The person who is signed in, as others see them. */
export function meQuery(userId: string) {
  return queryOptions({
    queryKey: ["me", userId],
    queryFn: async ({ signal }) => {
      const { data } = await supabase
        .from("users")
        .select("id, username, full_name, avatar_url")
        .eq("id", userId)
        .abortSignal(signal)
        .throwOnError()
        .single();
      return data as Person & { id: string };
    },
  });
}

/** The profile as it is once it is followed, or no more. */
export function withFollow(profile: Profile, follow: boolean): Profile {
  if (profile.followed_by_me === follow) return profile;
  return {
    ...profile,
    followed_by_me: follow,
    followers: Math.max(0, profile.followers + (follow ? 1 : -1)),
  };
}

/** Follows somebody or no longer: shown at once, undone if it cannot be saved. */
export function useFollow(userId: string, profile: Profile) {
  const client = useQueryClient();
  const queryKey = key(userId, profile.username);
  const show = (follow: boolean) =>
    client.setQueryData<Profile | null>(queryKey, (now) => now && withFollow(now, follow));
  return useMutation({
    scope: { id: `follow ${profile.id}` },
    mutationFn: (follow: boolean) =>
      setRow("follows", { follower_id: userId, following_id: profile.id }, follow),
    onMutate: async (follow) => {
      await client.cancelQueries({ queryKey });
      show(follow);
    },
    onError: (_error, follow) => show(!follow),
    // Whose posts are in that feed has changed.
    onSuccess: () => client.invalidateQueries({ queryKey: [...postsKey(userId), "following"] }),
  });
}

export interface ProfileChange {
  full_name: string | null;
  bio: string | null;
  avatar_url?: string;
}

/** Saves one's own profile. The name stands at one's posts and comments too, so all that is shown is asked for anew. */
export function useSaveProfile(userId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (change: () => Promise<ProfileChange>) => {
      await supabase
        .from("users")
        .update(await change())
        .eq("id", userId)
        .throwOnError();
    },
    onSuccess: () => client.invalidateQueries(),
  });
}
