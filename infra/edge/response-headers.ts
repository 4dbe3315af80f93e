import type { types } from "@pulumi/cloudflare";

type Rule = types.input.RulesetRule;

/** Headers on what people uploaded: never guessed to be something else, never run as a page. */
export function responseHeaderRules(args: { mediaHost: string }): Rule[] {
  return [
    {
      ref: "media-is-inert",
      description: "Uploads are data, not pages",
      expression: `(http.host eq "${args.mediaHost}")`,
      enabled: true,
      action: "rewrite",
      actionParameters: {
        headers: {
          "content-security-policy": { operation: "set", value: "default-src 'none'; sandbox" },
          "x-content-type-options": { operation: "set", value: "nosniff" },
        },
      },
    },
  ];
}
