import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect } from "react";
import { keepQueries } from "../api/persisted.ts";
import { queryClient } from "../api/query-client.ts";
import { UserIdProvider } from "../auth/user.ts";
import { Shell } from "./shell.tsx";

/** All that somebody who is signed in sees. */
export function SignedIn({ userId }: { userId: string }) {
  useEffect(keepQueries, []);
  return (
    <QueryClientProvider client={queryClient}>
      <UserIdProvider value={userId}>
        {/* The key starts the pages anew for another user. */}
        <Shell key={userId} />
      </UserIdProvider>
    </QueryClientProvider>
  );
}
