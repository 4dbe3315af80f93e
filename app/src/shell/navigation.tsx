import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { useUserId } from "../auth/user.ts";
import { meQuery } from "../profile/profile.ts";
import { HomeIcon, PeopleIcon, PersonIcon, ReelIcon, SearchIcon, StarIcon } from "../ui/icons.tsx";
import { profilePath } from "../ui/person.ts";

/** The ways to the pages: in the top bar, and at the bottom of a phone. */
export function Navigation() {
  const { data: me } = useQuery(meQuery(useUserId()));
  return (
    <nav className="navigation" aria-label="Pages">
      <Way to="/" name="Feed" icon={<HomeIcon />} />
      <Way to="/following" name="Following" icon={<PeopleIcon />} />
      <Way to="/reels" name="Reels" icon={<ReelIcon />} />
      <Way to="/search" name="Search" icon={<SearchIcon />} />
      <Way to="/points" name="Points" icon={<StarIcon />} />
      <Way to={me ? profilePath(me) : "/me"} name="Profile" icon={<PersonIcon />} />
    </nav>
  );
}

function Way({ to, name, icon }: { to: string; name: string; icon: ReactNode }) {
  const [path] = useLocation();
  return (
    <Link href={to} className="way" aria-current={path === to ? "page" : undefined}>
      {icon}
      <span>{name}</span>
    </Link>
  );
}
