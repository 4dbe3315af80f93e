import { readConfiguration } from "../_shared/env.ts";
import { endpoint, errorResponse, HttpError, requestIdOf } from "../_shared/http.ts";
import { log } from "../_shared/log.ts";
import type { Routes } from "./routes.ts";

const name = "upload-media";
const read = readConfiguration((variable) => Deno.env.get(variable));

if ("configuration" in read) {
  const { configuration } = read;
  /** Made when there is something to upload: the first preflight, which a browser waits for, needs nothing of it. */
  let routes: Promise<Routes> | undefined;
  const { allowedOrigins } = configuration;
  Deno.serve(
    endpoint({ name, method: "POST", allowedOrigins }, async (request, exchange) => {
      routes ??= import("./routes.ts").then(({ createRoutes }) => createRoutes(configuration));
      const path = new URL(request.url).pathname.replace(/^\/upload-media(?=\/|$)/, "");
      const route = (await routes).get(path);
      if (!route) throw new HttpError(404, "not_found", "There is no such address.");
      return route(request, exchange);
    }),
  );
} else {
  log("error", "misconfigured", { problems: read.problems });
  const misconfigured = new HttpError(
    500,
    "misconfigured",
    "Uploads are not set up. Tell whoever runs this site.",
  );
  Deno.serve((request) => errorResponse(misconfigured, requestIdOf(request)));
}
