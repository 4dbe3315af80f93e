/* global Deno */
/**
 * Runs in Deno before a function does (`--preload`). On Supabase a function calls `Deno.serve(handler)` and the platform
 * decides where it listens: here on a free port of this machine, which the last line of the announcement tells the host.
 */
const { serve } = Deno;

Deno.serve = (...given) => {
  const handler = given.find((each) => typeof each === "function") ?? given[0].handler;
  exitWithHost();
  return serve(
    { hostname: "127.0.0.1", port: 0, onListen: ({ port }) => console.log(`@lavlay listening ${port}`) },
    handler,
  );
};

/** The host holds this process's standard input open: when it is gone, however it ended, so is this. */
async function exitWithHost() {
  for await (const _ of Deno.stdin.readable);
  Deno.exit(0);
}

// Deno's own and the host's, not the function's.
for (const name of ["DENO_DIR", "DENO_NODE_SHIM_ACTIVE", "NO_COLOR", "PATH"]) Deno.env.delete(name);
