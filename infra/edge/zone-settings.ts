/** Settings of the zone by Cloudflare's id: TLS from browser to origin, nothing below 1.2. */
const tls: Readonly<Record<string, string>> = {
  always_use_https: "on",
  min_tls_version: "1.2",
  ssl: "strict",
  tls_1_3: "on",
};

/** Image optimisation at the edge. */
export interface Images {
  /** How images are recompressed. */
  readonly polish: "off" | "lossless" | "lossy";
}

/** The zone's settings by Cloudflare's id. */
export function zoneSettings(images?: Images): Readonly<Record<string, string>> {
  if (!images) return tls;
  return {
    ...tls,
    // Sizes on demand, from a path below `/cdn-cgi/image/`.
    image_resizing: "on",
    polish: images.polish,
    webp: images.polish === "off" ? "off" : "on",
  };
}
