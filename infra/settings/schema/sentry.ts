import { z } from "zod";
import { sentryPlanNames } from "../../../catalog/entitlements/sentry.ts";
import { slug, whole } from "./fields.ts";

/** The keys under `lavlay:sentry`. */
export const sentry = z
  .strictObject({
    organization: slug("an organisation's slug, such as lavlay").describe(
      "the Sentry organisation's slug; another one is another project, and the issues in the old one are lost",
    ),
    team: slug("a team's slug, such as web")
      .optional()
      .describe(
        "the team that gets the alerts; absent for a team of the stack's own, which people then join",
      ),
    plan: z
      .enum(sentryPlanNames)
      .default("developer")
      .describe("the organisation's plan; alerts on slow pages and failures come with team"),
    eventsPerHour: whole(1, 1_000_000)
      .default(100)
      .describe("events of one issue in an hour above which the team is told again"),
  })
  .optional()
  .describe("the app's errors at Sentry; absent for no project there");
