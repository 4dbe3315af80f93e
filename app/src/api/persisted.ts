import type { PersistQueryClientOptions } from "@tanstack/react-query-persist-client";
import { createPersister, firstPage } from "./persister.ts";

export const persister = createPersister(() => localStorage, window);

export const persistOptions: Omit<PersistQueryClientOptions, "queryClient"> = {
  persister,
  // Raised when what queries hold changes its shape.
  buster: "1",
  dehydrateOptions: { serializeData: firstPage, shouldDehydrateMutation: () => false },
};
