import { pathToRegexp } from "path-to-regexp";
import { z } from "zod";

const configSchema = z.strictObject({
  $schema: z.string().optional(),
  rewrites: z.array(z.strictObject({ source: z.string(), destination: z.string() })).default([]),
  headers: z
    .array(
      z.strictObject({
        source: z.string(),
        headers: z.array(z.strictObject({ key: z.string(), value: z.string() })),
      }),
    )
    .default([]),
});

/** What a deployment's `vercel.json` asks for, ready to be matched. */
export interface SiteConfig {
  /** The path to serve instead, where no file is. */
  rewrite(path: string): string | undefined;
  /** Headers by name, the last rule that names one winning. */
  headers(path: string): Record<string, string>;
}

/**
 * Reads a `vercel.json`.
 * @throws Error naming every key that the local target does not act on
 */
export function parseSiteConfig(text: string): SiteConfig {
  const parsed = configSchema.safeParse(JSON.parse(text));
  if (!parsed.success) {
    throw new Error(
      `vercel.json: ${parsed.error.issues.map(({ message, path }) => `${path.join(".")} ${message}`.trim()).join("; ")}`,
    );
  }
  const rewrites = parsed.data.rewrites.map(({ source, destination }) => ({
    pattern: pathToRegexp(source),
    destination,
  }));
  const headers = parsed.data.headers.map(({ source, headers }) => ({
    pattern: pathToRegexp(source),
    headers,
  }));
  return {
    rewrite: (path) => rewrites.find(({ pattern }) => pattern.test(path))?.destination,
    headers: (path) =>
      Object.fromEntries(
        headers
          .filter(({ pattern }) => pattern.test(path))
          .flatMap((rule) => rule.headers.map(({ key, value }) => [key.toLowerCase(), value])),
      ),
  };
}

/** A deployment without a `vercel.json`: files as they are. */
export const plainSite: SiteConfig = { rewrite: () => undefined, headers: () => ({}) };
