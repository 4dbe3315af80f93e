import { QueryClient } from "@tanstack/react-query";

const MINUTE_MS = 60_000;

/** What was fetched is shown for five minutes without asking again, and kept for thirty after it was last shown. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5 * MINUTE_MS,
      gcTime: 30 * MINUTE_MS,
      refetchOnWindowFocus: false,
      retry: 1,
    },
    // What cannot be sent says so at once, instead of waiting unseen for the network.
    mutations: { networkMode: "always" },
  },
});
