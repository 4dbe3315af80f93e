import type * as pulumi from "@pulumi/pulumi";
import type { HealthCheck } from "./monitoring.ts";

/** What people see of a stack: addresses without a path. */
export interface PublicAddresses {
  readonly app: pulumi.Input<string>;
  readonly media: pulumi.Input<string>;
  readonly api: pulumi.Input<string>;
  /** With which the API is asked. */
  readonly publishableKey: pulumi.Input<string>;
}

/** Each address that people see, with what it answers when all is well. */
export function healthChecksOf({ app, media, api, publishableKey }: PublicAddresses): HealthCheck[] {
  return [
    { name: "web-app", url: app, path: "/", expectedCodes: ["200"] },
    // There is no listing: whoever asks for the bucket itself is told that there is nothing.
    { name: "media", url: media, path: "/", expectedCodes: ["404"] },
    { name: "api", url: api, path: "/auth/v1/health", expectedCodes: ["200"], apiKey: publishableKey },
  ];
}
