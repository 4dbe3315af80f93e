/** The upload function's configuration. What is not said to be the platform's comes from function secrets. */
export interface Configuration {
  /** The platform's. Without a slash at its end, as all addresses here. */
  supabaseUrl: string;
  /** What the data API wants to see beside a user's token. The platform gives it, too. */
  anonKey?: string;
  /** The store that all functions share, from tier team on: Upstash's REST API. */
  redis?: { url: string; token: string };
  r2: {
    endpoint: string;
    bucket: string;
    accessKeyId: string;
    secretAccessKey: string;
    /** Where the bucket's objects can be read. */
    publicUrl: string;
  };
  /** Exact origins, such as `https://app.lavlay.com`. */
  allowedOrigins: readonly string[];
}

/** Every variable is missing or wrong that `problems` names; their values are never given. */
export type ReadConfiguration = { configuration: Configuration } | { problems: string[] };

export function readConfiguration(get: (name: string) => string | undefined): ReadConfiguration {
  const problems: string[] = [];
  const text = (name: string): string => {
    const value = get(name)?.trim() ?? "";
    if (value === "") problems.push(`${name} is not set`);
    return value;
  };
  const address = (name: string, fallback?: string): string => {
    const value = fallback === undefined ? text(name) : get(name)?.trim() || fallback;
    if (value !== "" && !isHttpUrl(value)) problems.push(`${name} is not an http(s) address`);
    return value.replace(/\/+$/, "");
  };
  const origins = (name: string): string[] => {
    const list = text(name).split(",");
    const trimmed = list.map((origin) => origin.trim()).filter((origin) => origin !== "");
    if (!trimmed.every((origin) => isHttpUrl(origin) && new URL(origin).origin === origin)) {
      problems.push(
        `${name} is not a comma-separated list of exact origins, such as https://app.example.com`,
      );
    }
    return trimmed;
  };

  const accountId = text("R2_ACCOUNT_ID");
  const configuration: Configuration = {
    supabaseUrl: address("SUPABASE_URL"),
    anonKey: get("SUPABASE_ANON_KEY"),
    redis: get("REDIS_URL") ? { url: address("REDIS_URL"), token: text("REDIS_TOKEN") } : undefined,
    r2: {
      endpoint: address("R2_ENDPOINT", `https://${accountId}.r2.cloudflarestorage.com`),
      bucket: text("R2_BUCKET_NAME"),
      accessKeyId: text("R2_ACCESS_KEY_ID"),
      secretAccessKey: text("R2_SECRET_ACCESS_KEY"),
      publicUrl: address("R2_PUBLIC_URL"),
    },
    allowedOrigins: origins("ALLOWED_ORIGINS"),
  };
  return problems.length > 0 ? { problems } : { configuration };
}

function isHttpUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}
