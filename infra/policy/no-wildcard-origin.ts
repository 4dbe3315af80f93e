import { itemsOf, propertyOf, textOf, type PolicyResource, type ResourcePolicy } from "./policy.ts";

/** Only the app's own pages may read media, call functions and be led back to after sign-in. */
export const noWildcardOrigin: ResourcePolicy = {
  name: "no-wildcard-origin",
  description:
    "Origins are named: in the bucket's CORS, the functions' ALLOWED_ORIGINS and Auth's redirects.",
  level: "mandatory",
  check(resource) {
    return originsOf(resource)
      .filter(({ origin }) => isWildcard(origin))
      .map(({ key, origin }) => `${key}: ${origin}, but it lets every page in. Name the app's origin.`);
  },
};

interface Origin {
  readonly key: string;
  readonly origin: string;
}

function originsOf({ type, props }: PolicyResource): Origin[] {
  switch (type) {
    case "cloudflare:index/r2BucketCors:R2BucketCors":
      return itemsOf(props["rules"]).flatMap((rule, index) =>
        itemsOf(propertyOf(propertyOf(rule, "allowed"), "origins")).flatMap((origin) =>
          told(`rules[${index}].allowed.origins`, textOf(origin)),
        ),
      );
    case "supabase:index/edgeFunctionSecrets:EdgeFunctionSecrets":
      return itemsOf(props["secrets"])
        .filter((item) => propertyOf(item, "name") === "ALLOWED_ORIGINS")
        .flatMap((item) => listed("ALLOWED_ORIGINS", textOf(propertyOf(item, "value"))));
    case "supabase:index/settings:Settings":
      return listed("auth.uri_allow_list", textOf(propertyOf(parsed(props["auth"]), "uri_allow_list")));
    default:
      return [];
  }
}

const told = (key: string, origin: string | undefined): Origin[] =>
  origin === undefined ? [] : [{ key, origin }];

const listed = (key: string, list: string | undefined): Origin[] =>
  (list ?? "").split(",").flatMap((origin) => told(key, origin.trim() || undefined));

/** `*`, `https://*`, `**`, `https://*.com/**`: what does not end at one host. */
function isWildcard(origin: string): boolean {
  const host = origin.replace(/^[a-z*]+:\/\//i, "").split("/", 1)[0] ?? "";
  return /^[*.]*$/.test(host) || /^\*+\.[a-z]+$/i.test(host);
}

function parsed(json: unknown): unknown {
  try {
    return typeof json === "string" ? (JSON.parse(json) as unknown) : undefined;
  } catch {
    return undefined; // Not for this policy to tell.
  }
}
