import { randomInt } from "node:crypto";
import type { RecordedOptions } from "../recorded.ts";

/** A project of an organisation. */
export const project: RecordedOptions = {
  token: "sentry:index/sentryProject:SentryProject",
  notImitated: ["issues: nothing takes what the app reports"],
  within: "organization",
  newId: ({ slug, name }) => String(slug ?? name),
  outputs: ({ slug, name }) => {
    const id = String(randomInt(1, 10_000_000));
    return {
      color: "#3f70bf",
      digestsMaxDelay: 1800,
      digestsMinDelay: 300,
      features: [],
      internalId: id,
      isBookmarked: false,
      isPublic: false,
      name,
      platform: "",
      projectId: id,
      resolveAge: 0,
      slug: slug ?? name,
      status: "active",
    };
  },
};
