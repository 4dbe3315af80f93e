import type * as pulumi from "@pulumi/pulumi";
import type { Secrets } from "../settings/read.ts";
import type { Settings } from "../settings/settings.ts";
import { functionsSeeds, sharedSecret } from "./derived-secret.ts";
import {
  emailCalls,
  jobCalls,
  queryCalls,
  type AlertReceivers,
  type ScheduledCall,
} from "./function-calls.ts";

/** The functions that no person calls: which of them a stack has, what they may know, and when the database calls them. */
export interface Background {
  /** By slug. */
  readonly functions: readonly string[];
  readonly functionSecrets: Record<string, pulumi.Input<string>>;
  /** Opens them to the database; absent where it calls none. */
  readonly functionsSecret?: pulumi.Output<string>;
  /** With which Auth signs what is sent for it; absent where Supabase sends by itself. */
  readonly emailHookSecret?: pulumi.Output<string>;
  /** None where nothing is in need of it. */
  readonly calls: readonly ScheduledCall[];
  /** Whom the database tells what it finds; absent where it looks for nothing. */
  readonly alertReceivers?: AlertReceivers;
}

export function backgroundOf(settings: Settings, secrets: Secrets): Background {
  const { email, payments, images, endpoints, objectives, web } = settings;
  const { sql } = settings.database;
  const jobs = sql.includes("team");
  // What looks for slow queries comes with the SQL of tier pro.
  const watched = sql.includes("pro") ? settings.monitoring : undefined;
  const seeds = functionsSeeds(settings, secrets);
  const functionsSecret = email || jobs ? sharedSecret(seeds, "functions") : undefined;
  const emailHookSecret = email
    ? sharedSecret(seeds, "send-email hook", (text) => `v1,whsec_${text}`)
    : undefined;
  return {
    functions: [
      ...(email ? ["send-email"] : []),
      ...(payments ? ["paystack-webhook"] : []),
      ...(jobs ? ["process-jobs"] : []),
    ],
    functionSecrets: {
      ...(functionsSecret && { FUNCTIONS_SECRET: functionsSecret.accepted }),
      ...(email &&
        emailHookSecret && {
          EMAIL_PROVIDER: email.provider,
          EMAIL_FROM: email.from,
          EMAIL_ENDPOINT: endpoints.email[email.provider],
          // A plan may be made without it, an update not.
          EMAIL_API_KEY: secrets.emailApiKey ?? "",
          AUTH_HOOK_SECRET: emailHookSecret.accepted,
          APP_URL: web.url,
        }),
      ...(payments && {
        PAYSTACK_SECRET_KEY: secrets.paystackSecretKey ?? "",
        PAYSTACK_KOBO_PER_POINT: String(payments.paystack.koboPerPoint),
      }),
      ...(jobs && images && { IMAGE_TRANSFORMATIONS: "true" }),
    },
    functionsSecret: functionsSecret?.current,
    emailHookSecret: emailHookSecret?.current,
    calls: [
      ...(email ? emailCalls : []),
      ...(jobs ? jobCalls : []),
      ...(watched ? queryCalls(objectives.queryMilliseconds) : []),
    ],
    ...(watched && {
      alertReceivers: {
        // Through the queue: without a provider nobody would send them.
        emails: email ? watched.emails : [],
        webhook: watched.webhook,
        secret: secrets.webhookSecret,
      },
    }),
  };
}
