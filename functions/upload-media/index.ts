import { readConfiguration } from "../_shared/env.ts";
import { endpoint, errorResponse, HttpError, requestIdOf } from "../_shared/http.ts";
import { log } from "../_shared/log.ts";
import { createRoutes } from "./routes.ts";

const name = "upload-media";
const read = readConfiguration((variable) => Deno.env.get(variable));

if ("configuration" in read) {
  const { configuration } = read;
  const routes = createRoutes(configuration);
  const { allowedOrigins } = configuration;
  Deno.serve(
    endpoint({ name, method: "POST", allowedOrigins }, (request, exchange) => {
      const path = new URL(request.url).pathname.replace(/^\/upload-media(?=\/|$)/, "");
      const route = routes.get(path);
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
