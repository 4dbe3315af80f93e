import type { Configuration } from "../_shared/env.ts";
import type { Exchange } from "../_shared/http.ts";
import { createVerifier } from "../_shared/jwt.ts";
import { createMediaStore } from "../_shared/r2.ts";
import { createUploadLimit } from "../_shared/upload-limit.ts";
import { createComplete, createPresign } from "./presigned.ts";
import { createUpload } from "./upload.ts";

/** What answers, by the path below the function's own. */
export type Routes = ReadonlyMap<string, (request: Request, exchange: Exchange) => Promise<Response>>;

export function createRoutes(configuration: Configuration): Routes {
  const parts = {
    verify: createVerifier(configuration.supabaseUrl),
    takeSlot: createUploadLimit(configuration),
    store: createMediaStore(configuration.r2),
  };
  const upload = createUpload(parts);
  return new Map([
    ["", upload],
    ["/", upload],
    ["/presign", createPresign(parts)],
    ["/complete", createComplete(parts)],
  ]);
}
