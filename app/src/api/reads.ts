/**
 * A `fetch` that sends reads of tables, and of functions that are asked by GET, to the replicas' address and all else where it was meant to go: writes, calls of
 * functions that may write, sign-in. A replica lags by less than a second as a rule; what a person just wrote is on
 * screen already.
 */
export function fetchReadsFrom(
  readsUrl: string,
  apiUrl: string,
  forward: typeof fetch = fetch,
): typeof fetch {
  const tables = `${apiUrl}/rest/v1/`;
  return (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const method = init?.method ?? (input instanceof Request ? input.method : "GET");
    const reads = (method === "GET" || method === "HEAD") && url.startsWith(tables);
    return reads ? forward(readsUrl + url.slice(apiUrl.length), init) : forward(input, init);
  };
}
