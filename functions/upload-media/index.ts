import { readConfiguration } from "../_shared/env.ts";
import { endpoint, errorResponse, HttpError, requestIdOf } from "../_shared/http.ts";
import { createVerifier } from "../_shared/jwt.ts";
import { log } from "../_shared/log.ts";
import { createMediaStore } from "../_shared/r2.ts";
import { createUpload } from "./upload.ts";

const name = "upload-media";
const read = readConfiguration((variable) => Deno.env.get(variable));

if ("configuration" in read) {
  const { supabaseUrl, r2, allowedOrigins } = read.configuration;
  const upload = createUpload({ verify: createVerifier(supabaseUrl), store: createMediaStore(r2) });
  Deno.serve(endpoint({ name, method: "POST", allowedOrigins }, upload));
} else {
  log("error", "misconfigured", { problems: read.problems });
  const misconfigured = new HttpError(
    500,
    "misconfigured",
    "Uploads are not set up. Tell whoever runs this site.",
  );
  Deno.serve((request) => errorResponse(misconfigured, requestIdOf(request)));
}
