import { expect, it } from "vitest";
import { queryClient } from "./query-client.ts";

it("keeps answers as the guide says, under the name that the option has now", () => {
  const { queries } = queryClient.getDefaultOptions();
  expect(queries).toMatchObject({
    staleTime: 5 * 60_000,
    gcTime: 30 * 60_000,
    refetchOnWindowFocus: false,
    retry: 1,
  });
  // The guide's `cacheTime` is ignored by today's React Query.
  expect(queries).not.toHaveProperty("cacheTime");
});
