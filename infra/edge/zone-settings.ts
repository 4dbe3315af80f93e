/** Settings of the zone by Cloudflare's id: TLS from browser to origin, nothing below 1.2. */
export const zoneSettings: Readonly<Record<string, string>> = {
  always_use_https: "on",
  min_tls_version: "1.2",
  ssl: "strict",
  tls_1_3: "on",
};
