import { closest } from "../closest.ts";
import { supabasePlans } from "../entitlements/supabase.ts";
import type { Problem } from "../problem.ts";
import { isGiven, objectsAt, text, type Rule, type Values } from "./rule.ts";
import { settingsKeys } from "./settings-keys.ts";

const project: Rule = (inputs, { supabasePlan }) => {
  const size = inputs["instanceSize"];
  if (!supabasePlan || typeof size !== "string") return [];
  const { label, computeSizes } = supabasePlans[supabasePlan];
  const free = supabasePlan === "free";
  if (!free && (computeSizes as readonly string[]).includes(size)) return [];
  return [
    {
      key: "instanceSize",
      value: size,
      limit: free
        ? `${label} has one size, which may not be named`
        : `${label} has ${computeSizes.join(", ")}`,
      fix: free ? "Leave it out, or move the organisation to Supabase Pro" : "Take one of them",
      see: "https://supabase.com/docs/guides/platform/compute-and-disk",
    },
  ];
};

const settings: Rule = (inputs) =>
  Object.entries(settingsKeys).flatMap(([group, keys]) => {
    const json = inputs[group];
    return typeof json === "string" ? groupProblems(group, json, keys) : [];
  });

function groupProblems(group: string, json: string, known: readonly string[]): Problem[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return [notAnObject(group, `not JSON (${(error as Error).message.replace(/"[^"]*"/g, "…")})`)];
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [notAnObject(group, Array.isArray(value) ? "a list" : typeof value)];
  }
  return leaves(value as Values, known)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const meant = closest(key, known);
      return {
        key: `${group}.${key}`,
        value: "given",
        limit: "the provider knows no such key and would drop it without a word",
        fix: meant ? `Did you mean ${meant}?` : "Leave it out",
        see: "https://registry.terraform.io/providers/supabase/supabase/latest/docs/resources/settings",
      };
    });
}

function notAnObject(group: string, found: string): Problem {
  return {
    key: group,
    value: found,
    limit: "it must be a JSON object",
    fix: `Write it as JSON.stringify({ … })`,
  };
}

/** Dotted keys, descending only where the known keys do. */
function leaves(value: Values, known: readonly string[], prefix = ""): string[] {
  return Object.entries(value).flatMap(([name, item]) => {
    const key = prefix + name;
    const descends = known.some((other) => other.startsWith(`${key}.`));
    return descends && typeof item === "object" && item !== null
      ? leaves(item as Values, known, `${key}.`)
      : [key];
  });
}

const slug = text("slug", (value) =>
  /^[A-Za-z][A-Za-z0-9_-]*$/.test(value)
    ? undefined
    : {
        limit: "a slug is letters, digits, hyphens and underscores, starting with a letter",
        fix: "Rename the function",
      },
);

const secretsSee = "https://supabase.com/docs/guides/functions/limits";
const maxSecrets = 100;
const maxSecretBytes = 48 * 1024;

const functionSecrets: Rule = (inputs) => {
  const secrets = objectsAt(inputs, "secrets");
  const problems: Problem[] = [];
  const refuse = (key: string, value: string, limit: string, fix: string) =>
    problems.push({ key, value, limit, fix, see: secretsSee });
  if (secrets.length > maxSecrets) {
    refuse(
      "secrets",
      `${secrets.length} secrets`,
      `a project has at most ${maxSecrets}`,
      "Merge some into one JSON value",
    );
  }
  const seen = new Set<string>();
  for (const { at, item } of secrets) {
    const { name, value } = item;
    if (typeof name === "string") {
      if (name.startsWith("SUPABASE_"))
        refuse(`${at}.name`, name, "names that start with SUPABASE_ are the platform's own", "Rename it");
      else if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
        refuse(`${at}.name`, name, "a name is letters, digits and underscores", "Rename it");
      if (seen.has(name)) refuse(`${at}.name`, name, "each name may stand once", "Take one out");
      seen.add(name);
    }
    const bytes = typeof value === "string" ? Buffer.byteLength(value) : 0;
    if (bytes > maxSecretBytes)
      refuse(
        `${at}.value`,
        `[secret] of ${bytes} bytes`,
        `a secret has at most ${maxSecretBytes} bytes`,
        "Shorten it",
      );
  }
  return problems;
};

const branch: Rule = (inputs, { supabasePlan }) =>
  supabasePlan !== "free"
    ? []
    : [
        {
          key: "gitBranch",
          value: String(inputs["gitBranch"]),
          limit: `${supabasePlans.free.label} has no branching`,
          fix: "Leave it out, or move the organisation to Supabase Pro",
          see: "https://supabase.com/docs/guides/deployment/branching",
        },
      ];

const issuers = ["oidcIssuerUrl", "jwksUrl", "customJwks"];

const thirdPartyAuth: Rule = (inputs) => {
  const given = issuers.filter((name) => isGiven(inputs, name));
  if (given.length === 1) return [];
  return [
    {
      key: given[1] ?? "oidcIssuerUrl",
      value: given.length === 0 ? "missing" : `given beside ${given[0]}`,
      limit: `exactly one of ${issuers.join(", ")} is needed`,
      fix: "Give one of them",
    },
  ];
};

/** Checks of Supabase's resources beyond their schemas. */
export const supabaseRules: Readonly<Record<string, Rule>> = {
  "supabase:index/project:Project": project,
  "supabase:index/settings:Settings": settings,
  "supabase:index/edgeFunction:EdgeFunction": slug,
  "supabase:index/edgeFunctionSecrets:EdgeFunctionSecrets": functionSecrets,
  "supabase:index/branch:Branch": branch,
  "supabase:index/thirdPartyAuth:ThirdPartyAuth": thirdPartyAuth,
};
