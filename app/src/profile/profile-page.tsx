import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { supabase } from "../api/supabase.ts";
import { useUserId } from "../auth/user.ts";
import { profilePostsQuery } from "../feed/feed.ts";
import { Posts } from "../feed/posts.tsx";
import { Avatar } from "../ui/avatar.tsx";
import { nameOf } from "../ui/person.ts";
import { Empty, Failed, Loading } from "../ui/states.tsx";
import { Title } from "../ui/title.tsx";
import { EditProfile } from "./edit-profile.tsx";
import { type Profile, profileQuery, useFollow } from "./profile.ts";

export default function ProfilePage({ username }: { username: string }) {
  const userId = useUserId();
  const { data: profile, isError, refetch } = useQuery(profileQuery(userId, username));
  if (profile) {
    return (
      <>
        <Head profile={profile} isMe={profile.id === userId} />
        <Posts
          query={profilePostsQuery(userId, profile.id)}
          label={`Posts by ${nameOf(profile)}`}
          empty="No posts yet."
        />
      </>
    );
  }
  return (
    <>
      <Title>{`@${username}`}</Title>
      {isError && <Failed onRetry={() => refetch()}>The profile could not be loaded.</Failed>}
      {profile === null && <Empty>Nobody here has this name.</Empty>}
      {profile === undefined && !isError && <Loading what="the profile" />}
    </>
  );
}

function Head({ profile, isMe }: { profile: Profile; isMe: boolean }) {
  const [editing, setEditing] = useState(false);
  const name = nameOf(profile);
  return (
    <header className="card profile">
      <Avatar name={name} url={profile.avatar_url} large />
      <div className="profile-words">
        <Title>{name}</Title>
        <p className="soft">@{profile.username}</p>
        {profile.bio && <p className="profile-bio">{profile.bio}</p>}
        <p className="soft">
          <strong>{profile.followers}</strong> {profile.followers === 1 ? "follower" : "followers"} ·{" "}
          <strong>{profile.following}</strong> following
        </p>
      </div>
      {isMe ? (
        <div className="profile-actions">
          <button
            type="button"
            className="button"
            aria-expanded={editing}
            onClick={() => setEditing(!editing)}
          >
            Edit profile
          </button>
          {/* Of this browser alone: other devices stay signed in. */}
          <button
            type="button"
            className="button button-quiet"
            onClick={() => supabase.auth.signOut({ scope: "local" })}
          >
            Sign out
          </button>
        </div>
      ) : (
        <FollowButton profile={profile} />
      )}
      {editing && <EditProfile profile={profile} onDone={() => setEditing(false)} />}
    </header>
  );
}

function FollowButton({ profile }: { profile: Profile }) {
  const follow = useFollow(useUserId(), profile);
  const followed = profile.followed_by_me;
  return (
    <div className="profile-actions">
      <button
        type="button"
        className={followed ? "button" : "button button-primary"}
        aria-pressed={followed}
        aria-label={`Follow ${nameOf(profile)}`}
        onClick={() => follow.mutate(!followed)}
      >
        {followed ? "Following" : "Follow"}
      </button>
      <span role="alert" className="action-problem">
        {follow.isError && "That could not be saved."}
      </span>
    </div>
  );
}
