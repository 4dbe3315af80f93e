import type { CloudflarePlan } from "../entitlements/cloudflare.ts";

/** What a zone setting may be: one of a few values, or anything of a type. */
export interface ZoneSettingForm {
  readonly values: readonly (string | number)[] | "list" | "object" | "number" | "string";
  /** The least plan that has it. */
  readonly plan?: CloudflarePlan;
}

const onOff: ZoneSettingForm = { values: ["on", "off"] };
const challengeSeconds = [
  300, 900, 1800, 2700, 3600, 7200, 10800, 14400, 28800, 57600, 86400, 604800, 2592000, 31536000,
];
const cacheSeconds = [
  0, 30, 60, 120, 300, 1200, 1800, 3600, 7200, 10800, 14400, 18000, 28800, 43200, 57600, 72000, 86400, 172800,
  259200, 345600, 432000, 691200, 1382400, 2073600, 2678400, 5356800, 16070400, 31536000,
];

/** Cloudflare's zone settings by id, as its API reference lists them (2026). */
export const zoneSettingForms: Readonly<Record<string, ZoneSettingForm>> = {
  "0rtt": onOff,
  always_online: onOff,
  always_use_https: onOff,
  automatic_https_rewrites: onOff,
  brotli: onOff,
  browser_cache_ttl: { values: cacheSeconds },
  browser_check: onOff,
  cache_level: { values: ["aggressive", "basic", "simplified"] },
  challenge_ttl: { values: challengeSeconds },
  ciphers: { values: "list" },
  cname_flattening: { values: ["flatten_at_root", "flatten_all"] },
  development_mode: onOff,
  early_hints: onOff,
  email_obfuscation: onOff,
  fonts: onOff,
  h2_prioritization: { values: ["on", "off", "custom"], plan: "pro" },
  hotlink_protection: onOff,
  http2: onOff,
  http3: onOff,
  image_resizing: { values: ["on", "off", "open"] },
  ip_geolocation: onOff,
  ipv6: onOff,
  max_upload: { values: "number" },
  min_tls_version: { values: ["1.0", "1.1", "1.2", "1.3"] },
  mirage: { ...onOff, plan: "pro" },
  nel: { values: "object" },
  opportunistic_encryption: onOff,
  opportunistic_onion: onOff,
  orange_to_orange: { ...onOff, plan: "enterprise" },
  origin_error_page_pass_thru: { ...onOff, plan: "enterprise" },
  origin_max_http_version: { values: ["1", "2"] },
  polish: { values: ["off", "lossless", "lossy"], plan: "pro" },
  prefetch_preload: { ...onOff, plan: "enterprise" },
  privacy_pass: onOff,
  proxy_read_timeout: { values: "number", plan: "enterprise" },
  pseudo_ipv4: { values: ["off", "add_header", "overwrite_header"] },
  replace_insecure_js: onOff,
  response_buffering: { ...onOff, plan: "enterprise" },
  rocket_loader: onOff,
  security_header: { values: "object" },
  security_level: { values: ["off", "essentially_off", "low", "medium", "high", "under_attack"] },
  server_side_exclude: onOff,
  sort_query_string_for_cache: { ...onOff, plan: "enterprise" },
  speed_brain: onOff,
  ssl: { values: ["off", "flexible", "full", "strict", "origin_pull"] },
  tls_1_3: { values: ["on", "off", "zrt"] },
  tls_client_auth: onOff,
  transformations: { values: ["on", "off", "open"] },
  transformations_allowed_origins: { values: "string" },
  true_client_ip_header: { ...onOff, plan: "enterprise" },
  waf: { ...onOff, plan: "pro" },
  webp: { ...onOff, plan: "pro" },
  websockets: onOff,
};
