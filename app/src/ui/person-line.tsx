import type { ReactNode } from "react";
import { Link } from "wouter";
import { Avatar } from "./avatar.tsx";
import { nameOf, type Person, profilePath } from "./person.ts";

/** Who it is, as a line that leads to the profile. */
export function PersonLine({ person, children }: { person: Person; children?: ReactNode }) {
  const name = nameOf(person);
  return (
    <div className="person">
      <Avatar name={name} url={person.avatar_url} />
      <div className="person-words">
        <Link href={profilePath(person)} className="person-name">
          {name}
        </Link>
        <p>
          @{person.username}
          {children}
        </p>
      </div>
    </div>
  );
}
