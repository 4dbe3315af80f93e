import { z } from "zod";

/** A whole number within limits that it may reach. */
export const whole = (least: number, most: number) => z.number().int().min(least).max(most);
export const seconds = (most: number) => whole(0, most);
/** A time in which something is to be done. */
export const milliseconds = (byDefault: number) => whole(1, 60_000).default(byDefault);
export const percent = (byDefault: number) => z.number().min(0).max(100).default(byDefault);

/** Cloudflare's ids of accounts and zones. */
export const hex32 = z.string().regex(/^[0-9a-f]{32}$/, "32 lower-case hexadecimal digits");
export const domain = z
  .string()
  .max(253)
  .regex(
    /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
    "a domain name in lower case, such as lavlay.com",
  );
/** What stands before the domain in a host's name. */
export const label = z
  .string()
  .regex(
    /^(@|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)$/,
    "one label in lower case, such as media, or @ for the domain itself",
  );
export const awsRegion = z.string().regex(/^[a-z]{2}-[a-z]+-\d$/, "an AWS region such as eu-west-1");
/** @param form what it is, for whoever gets it wrong */
export const slug = (form: string) => z.string().regex(/^[a-z0-9]([a-z0-9_-]{0,48}[a-z0-9])?$/, form);
