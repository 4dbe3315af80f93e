/** The two parts of the Deno namespace that the functions use; the rest of the runtime they need is standard web API. */
declare namespace Deno {
  function serve(handler: (request: Request) => Response | Promise<Response>): unknown;
  const env: { get(name: string): string | undefined };
}
