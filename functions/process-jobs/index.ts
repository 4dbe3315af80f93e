import { createDatabase } from "../_shared/database.ts";
import { endpoint, json } from "../_shared/http.ts";
import { serve } from "../_shared/serve.ts";
import { createGate } from "../_shared/shared-secret.ts";
import { createBucket } from "./bucket.ts";
import { createCleanUp } from "./clean-up.ts";
import { createFanOut } from "./fan-out.ts";
import { createThumbnail } from "./thumbnail.ts";
import { createWorker } from "./worker.ts";

serve((variables) => {
  const gate = createGate(variables.text("FUNCTIONS_SECRET"));
  const database = createDatabase(
    variables.address("SUPABASE_URL"),
    variables.text("SUPABASE_SERVICE_ROLE_KEY"),
  );
  const mediaUrl = variables.address("R2_PUBLIC_URL");
  const bucket = createBucket({
    endpoint: variables.address("R2_ENDPOINT"),
    name: variables.text("R2_BUCKET_NAME"),
    accessKeyId: variables.text("R2_ACCESS_KEY_ID"),
    secretAccessKey: variables.text("R2_SECRET_ACCESS_KEY"),
  });
  const work = createWorker(database, {
    thumbnail: createThumbnail({
      database,
      mediaUrl,
      transformations: variables.optional("IMAGE_TRANSFORMATIONS") === "true",
    }),
    "fan-out": createFanOut(database, variables.optional("EMAIL_PROVIDER") !== undefined),
    "clean-up": createCleanUp({ database, bucket, mediaUrl }),
  });
  return endpoint({ name: "process-jobs", method: "POST", allowedOrigins: [] }, async (request, exchange) => {
    await gate(request);
    const counts = await work(45_000);
    exchange.note({ ...counts });
    return json(counts);
  });
});
