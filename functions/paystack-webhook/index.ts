import { createDatabase } from "../_shared/database.ts";
import { endpoint } from "../_shared/http.ts";
import { serve } from "../_shared/serve.ts";
import { createWebhook } from "./webhook.ts";

serve((variables) =>
  endpoint(
    // Paystack's servers name no origin; no page may call this.
    { name: "paystack-webhook", method: "POST", allowedOrigins: [] },
    createWebhook({
      secretKey: variables.text("PAYSTACK_SECRET_KEY"),
      koboPerPoint: variables.wholeNumber("PAYSTACK_KOBO_PER_POINT"),
      receipts: variables.optional("EMAIL_PROVIDER") !== undefined,
      database: createDatabase(
        variables.address("SUPABASE_URL"),
        variables.text("SUPABASE_SERVICE_ROLE_KEY"),
      ),
    }),
  ),
);
