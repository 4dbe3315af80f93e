import { z } from "zod";
import { label } from "./fields.ts";

/** The keys under `lavlay:web`. */
export const web = z
  .strictObject({
    host: label
      .default("app")
      .describe("the label of the web app's host below the domain, or @ for the domain itself"),
    sentryDsn: z
      .url({ protocol: /^https$/, error: "the DSN of a Sentry project, which begins with https://" })
      .optional()
      .describe(
        "where the app reports its errors: a Sentry project's DSN, which is public; absent to report none",
      ),
  })
  .default({ host: "app" })
  .describe("the web app");
