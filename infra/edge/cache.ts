import type { types } from "@pulumi/cloudflare";

type Rule = types.input.RulesetRule;

/**
 * What the CDN keeps. A media file never changes under its key, so it is kept as long as the stack says, whatever its
 * query string; how long a browser keeps it is up to the object's own `Cache-Control`.
 */
export function cacheRules(args: { mediaHost: string; mediaEdgeTtl: number }): Rule[] {
  return [
    {
      ref: "media",
      description: "Media files are immutable",
      expression: `(http.host eq "${args.mediaHost}")`,
      enabled: true,
      action: "set_cache_settings",
      actionParameters: {
        cache: true,
        edgeTtl: { mode: "override_origin", default: args.mediaEdgeTtl },
        browserTtl: { mode: "respect_origin" },
        cacheKey: { customKey: { queryString: { exclude: { all: true } } } },
      },
    },
  ];
}
