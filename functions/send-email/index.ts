import { createDatabase } from "../_shared/database.ts";
import { endpoint } from "../_shared/http.ts";
import { serve } from "../_shared/serve.ts";
import { createGate } from "../_shared/shared-secret.ts";
import { WebhookVerifier } from "../_shared/standard-webhook.ts";
import { createAuthHook } from "./auth-hook.ts";
import { createProvider, providerNames } from "./provider.ts";
import { createQueue } from "./queue.ts";

/** `POST /send-email` sends what is due, for the database; `POST /send-email/hook` is Supabase Auth's send-email hook. */
serve((variables) => {
  const supabaseUrl = variables.address("SUPABASE_URL");
  const gate = createGate(variables.text("FUNCTIONS_SECRET"));
  const provider = createProvider({
    name: variables.oneOf("EMAIL_PROVIDER", providerNames),
    endpoint: variables.address("EMAIL_ENDPOINT"),
    apiKey: variables.text("EMAIL_API_KEY"),
    from: variables.text("EMAIL_FROM"),
  });
  const database = createDatabase(supabaseUrl, variables.text("SUPABASE_SERVICE_ROLE_KEY"));
  const queue = createQueue({ database, provider, appUrl: variables.address("APP_URL") });
  const hook = createAuthHook({
    verifier: new WebhookVerifier(variables.text("AUTH_HOOK_SECRET")),
    supabaseUrl,
    database,
    queue,
  });
  return endpoint({ name: "send-email", method: "POST", allowedOrigins: [] }, async (request, exchange) => {
    if (new URL(request.url).pathname.endsWith("/hook")) return hook(request, exchange);
    await gate(request);
    const counts = await queue.send({ milliseconds: 45_000 });
    exchange.note({ ...counts });
    return Response.json(counts);
  });
});
