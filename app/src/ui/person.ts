/** Somebody, as pages show them. */
export interface Person {
  username: string;
  full_name: string | null;
  avatar_url: string | null;
}

/** What somebody is called. */
export const nameOf = (person: Person) => person.full_name || person.username;

export const profilePath = ({ username }: Pick<Person, "username">) => `/u/${username}`;
