import { persistQueryClientRestore, persistQueryClientSubscribe } from "@tanstack/react-query-persist-client";
import { createPersister, firstPage } from "./persister.ts";
import { queryClient } from "./query-client.ts";

export const persister = createPersister(() => localStorage, window);

const options = {
  queryClient,
  persister,
  // Raised when what queries hold changes its shape.
  buster: "1",
  dehydrateOptions: { serializeData: firstPage, shouldDehydrateMutation: () => false },
};

/** Brings back what was kept, to be shown at once; a new visit also asks for what is new. */
export async function restoreQueries(): Promise<void> {
  await persistQueryClientRestore(options);
  await queryClient.invalidateQueries();
}

/** Keeps what is fetched from now on, until the function that it gives is called. */
export const keepQueries = () => persistQueryClientSubscribe(options);
