import { z } from "zod";

const longEnough = z.string().min(16, "at least 16 characters");

/** Keys whose values must be encrypted in the YAML. */
export const secrets = {
  databasePassword: longEnough.describe("the password of the database role postgres; a secret"),
  functionsSeedOdd: longEnough
    .optional()
    .describe(
      "what the functions' secrets of odd generations are derived from, where it is not the database's password; a secret",
    ),
  functionsSeedEven: longEnough.optional().describe("the same of even generations; a secret"),
  emailApiKey: z.string().min(1, "not empty").optional().describe("the e-mail provider's API key; a secret"),
  webhookSecret: longEnough
    .optional()
    .describe(
      "what the receiver of alerts knows them by, in the header cf-webhook-auth; a secret, absent to send none",
    ),
  paystackSecretKey: z
    .string()
    .regex(/^(sk_(test|live)_\w+|\[.*\])$/, "a secret key of Paystack, such as sk_live_…")
    .optional()
    .describe("Paystack's secret key; a secret"),
};
