import { randomBytes } from "node:crypto";
import { VendorError } from "../behaviour.ts";
import type { RecordedOptions } from "../recorded.ts";

const hex = () => randomBytes(16).toString("hex");

/** A project's client key, with the address that an app reports to. */
export const key: RecordedOptions = {
  token: "sentry:index/sentryKey:SentryKey",
  notImitated: ["the address that an app reports to: nobody answers there", "rate limits"],
  newId: hex,
  outputs: ({ organization, project }, id, store) => {
    const found = store
      .collection("recorded")
      .list()
      .find(
        ({ type, properties }) =>
          type === "sentry:index/sentryProject:SentryProject" &&
          properties["slug"] === project &&
          properties["organization"] === organization,
      );
    if (!found) throw new VendorError(`project not found "${String(project)}"`);
    const projectId = Number(found.properties["internalId"]);
    const secret = hex();
    // Below `localhost`: what an open page reports leaves this machine no more than the rest.
    const dsn = (credentials: string) => `https://${credentials}@sentry.localhost/${projectId}`;
    return {
      dsnCsp: `https://sentry.localhost/api/${projectId}/csp-report/?sentry_key=${id}`,
      dsnPublic: dsn(id),
      dsnSecret: dsn(`${id}:${secret}`),
      isActive: true,
      projectId,
      public: id,
      rateLimitCount: 0,
      rateLimitWindow: 0,
      secret,
    };
  },
};
