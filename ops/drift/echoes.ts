import type { PropertyChange } from "../review/values.ts";

/** What providers answer otherwise than it was remembered, though nobody has changed anything that was declared. */
interface Echo {
  /** Of those types alone; of all where it is absent. */
  readonly type?: RegExp;
  /** The whole path of the property. */
  readonly path: RegExp;
  /** Why it is no drift, for people. */
  readonly reason: string;
}

const echoes: readonly Echo[] = [
  {
    path: /(^|[.\]])(created|modified|updated|inserted|resolved|issued|expires|lastUpdated|last_updated|commentModified|tagsModified)(On|At|_at)?$/,
    reason: "the vendor's clock",
  },
  { path: /(^|\.)(lastUsedOn|lastFailure|lastSuccess|disabledAt)$/, reason: "when it was last used" },
  { path: /(^|[.\]])version$/, reason: "counts the vendor's changes" },
  {
    type: /:EdgeFunction$/,
    path: /^localChecksum$/,
    reason: "the code here has changed: an update deploys it",
  },
  { type: /:Ruleset$/, path: /^rules\[[^\]]*\]\.id$/, reason: "the vendor's name of a rule: `ref` is ours" },
  {
    type: /:R2CustomDomain$/,
    path: /^status\b/,
    reason: "how far the certificate and the proof of ownership have got",
  },
  { type: /:Healthcheck$/, path: /^(status|failureReason)$/, reason: "what the check finds now" },
  {
    type: /:LoadBalancerPool$/,
    path: /^(networks|origins\[[^\]]*\]\.healthy)$/,
    reason: "what monitors find now",
  },
  { type: /:ZoneSetting$/, path: /^(editable|timeRemaining)$/, reason: "the vendor's own state" },
  {
    type: /:ProjectDomain$/,
    path: /^(verified|verifications)\b/,
    reason: "how far the proof of ownership has got",
  },
];

/** Why this difference is none; undefined where it is one. */
export function echoOf(type: string, { path }: PropertyChange): string | undefined {
  return echoes.find((echo) => (echo.type?.test(type) ?? true) && echo.path.test(path))?.reason;
}

/** What nobody has declared and the vendor works out: there, other values tell of a change that a provider cannot name. */
interface Tell {
  readonly type: RegExp;
  /** The property that tells. */
  readonly property: string;
  /** What has changed then; the place of what was declared, if it is one. */
  readonly of: string;
  /** Its values are not to be printed. */
  readonly secret?: boolean;
  /** An update does not put it right by itself: the resource has to be made anew, and those that set it up. */
  readonly remake?: (urn: string) => readonly string[];
}

export const tells: readonly Tell[] = [
  {
    // The provider compares the file here with the one that it deployed, not with what is deployed.
    type: /^supabase:index\/edgeFunction:EdgeFunction$/,
    property: "checksum",
    of: "code",
    remake: (urn) => [
      urn,
      // A new deployment turns the platform's check back on.
      `${urn.replace("$supabase:index/edgeFunction:EdgeFunction::", "$pulumi-nodejs:dynamic/lavlay/backend:FunctionJwtCheck::")}-jwt-check`,
    ],
  },
  {
    type: /^supabase:index\/edgeFunctionSecrets:EdgeFunctionSecrets$/,
    property: "secretDigests",
    of: "secrets",
    secret: true,
  },
];
