import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { supabase } from "../api/supabase.ts";
import type { Person } from "../ui/person.ts";
import { PersonLine } from "../ui/person-line.tsx";
import { Empty, Failed } from "../ui/states.tsx";
import { Title } from "../ui/title.tsx";

const AT_MOST = 20;
/** While somebody types, each letter is no question. */
const QUIET_MS = 250;

type Found = Person & { id: string };

function searchQuery(words: string) {
  return queryOptions({
    queryKey: ["search", words],
    queryFn: async ({ signal }) => {
      const { data } = await supabase
        .rpc("search_users", { query: words, at_most: AT_MOST }, { get: true })
        .select("id, username, full_name, avatar_url")
        .abortSignal(signal)
        .throwOnError();
      return data as unknown as Found[];
    },
    enabled: words !== "",
    placeholderData: keepPreviousData,
  });
}

/** Finds people by name, also by a part of it or one that is misspelt. */
export default function SearchPage() {
  const [text, setText] = useState("");
  const words = useQuiet(text.trim(), QUIET_MS);
  const { data: found, isError, refetch } = useQuery(searchQuery(words));
  return (
    <>
      <Title>Search</Title>
      <form role="search" onSubmit={(event) => event.preventDefault()}>
        <label className="unseen" htmlFor="search">
          Search people
        </label>
        <input
          id="search"
          className="search-field"
          type="search"
          placeholder="Search people"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={100}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </form>
      <p role="status" className="unseen">
        {words && found && `${found.length} found`}
      </p>
      {isError && <Failed onRetry={() => refetch()}>The search did not work.</Failed>}
      {words && found?.length === 0 && <Empty>Nobody found for “{words}”.</Empty>}
      {words && found && found.length > 0 && (
        <ul className="card people" aria-label="People">
          {found.map((person) => (
            <li key={person.id}>
              <PersonLine person={person} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** A value once it has not changed for a while. */
function useQuiet(value: string, quietMs: number): string {
  const [quiet, setQuiet] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setQuiet(value), quietMs);
    return () => clearTimeout(timer);
  }, [value, quietMs]);
  return quiet;
}
