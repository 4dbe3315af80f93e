import type { types } from "@pulumi/cloudflare";

type Rule = types.input.RulesetRule;

/**
 * Who may not ask for what. An upload that waits to be looked at lies below `pending/` in the bucket: nobody sees it before
 * it is known to be what it says. No other key has such a folder, so the folder is refused wherever in the path it stands:
 * transformations of images name their source at the path's end, on any host of the zone.
 */
export function firewallRules(args: { mediaHost: string }): Rule[] {
  const ofMedia = `http.host eq "${args.mediaHost}" or starts_with(http.request.uri.path, "/cdn-cgi/image/")`;
  return [
    {
      ref: "pending-uploads",
      description: "Uploads are seen once they are checked",
      // The bucket decodes the path, an encoded slash included.
      expression: `((${ofMedia}) and url_decode(http.request.uri.path) contains "/pending/")`,
      enabled: true,
      action: "block",
    },
  ];
}
