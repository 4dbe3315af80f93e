/** What a new zone has, of the settings that this package declares; the others begin as `off`. */
const defaults: Readonly<Record<string, unknown>> = {
  min_tls_version: "1.0",
  ssl: "full",
  tls_1_3: "on",
};

/** The value of a zone's setting that nobody has changed. */
export function defaultOf(settingId: string): unknown {
  return defaults[settingId] ?? "off";
}
