import { z } from "zod";
import { whole } from "./fields.ts";

/** The keys under `lavlay:auth`. */
export const auth = z
  .strictObject({
    accessTokenSeconds: whole(60, 604_800).default(3600).describe("seconds that an access token is valid"),
    signInsPerFiveMinutes: whole(1, 32_767)
      .default(30)
      .describe("sign-ups and sign-ins an address may try in five minutes"),
    refreshesPerFiveMinutes: whole(1, 32_767)
      .default(150)
      .describe("token refreshes an address may make in five minutes"),
  })
  .default({ accessTokenSeconds: 3600, signInsPerFiveMinutes: 30, refreshesPerFiveMinutes: 150 })
  .describe("sign-up and sign-in");
