import { readConfiguration } from "../_shared/env.ts";
import { endpoint, errorResponse, HttpError, requestIdOf } from "../_shared/http.ts";
import { createVerifier } from "../_shared/jwt.ts";
import { log } from "../_shared/log.ts";
import { createMediaStore } from "../_shared/r2.ts";
import { createUploadLimit } from "../_shared/upload-limit.ts";
import { createComplete, createPresign } from "./presigned.ts";
import { createUpload } from "./upload.ts";

const name = "upload-media";
const read = readConfiguration((variable) => Deno.env.get(variable));

if ("configuration" in read) {
  const { configuration } = read;
  const parts = {
    verify: createVerifier(configuration.supabaseUrl),
    takeSlot: createUploadLimit(configuration),
    store: createMediaStore(configuration.r2),
  };
  const upload = createUpload(parts);
  const routes: Record<string, typeof upload> = {
    "": upload,
    "/": upload,
    "/presign": createPresign(parts),
    "/complete": createComplete(parts),
  };
  const { allowedOrigins } = configuration;
  Deno.serve(
    endpoint({ name, method: "POST", allowedOrigins }, (request, exchange) => {
      const path = new URL(request.url).pathname.replace(/^\/upload-media(?=\/|$)/, "");
      const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
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
