import { catalogEntry } from "../../catalog/catalog.ts";
import { unknown } from "../../catalog/unknown.ts";
import { itemsOf, propertyOf, secret, type PolicyResource, type ResourcePolicy } from "./policy.ts";

/** What must not be read in the state, in a log or in a review. */
export const secretsAreSecret = {
  name: "secrets-are-secret",
  description:
    "Passwords, keys and connection strings are secret values, so that the state holds them encrypted.",
  level: "mandatory",
  check(resource) {
    return plainSecrets(resource).map((path) => this.message(path));
  },
  /** What is wrong with a property at that path. */
  message: (path: string) =>
    `${path}: a plain value, but it is a secret and would stand readable in the state. Wrap it in pulumi.secret().`,
} satisfies ResourcePolicy & { message(path: string): string };

/** The paths of those properties that hold a secret in plain. */
export function plainSecrets({ type, props }: PolicyResource): string[] {
  const inputs = (catalogEntry(type)?.secretInputs ?? []).filter((name) => isPlain(props[name]));
  switch (type) {
    case "supabase:index/edgeFunctionSecrets:EdgeFunctionSecrets":
      return [
        ...inputs.filter((name) => name !== "secrets"),
        ...itemsOf(props["secrets"]).flatMap((item, index) =>
          isPlain(propertyOf(item, "value")) ? [`secrets[${index}].value`] : [],
        ),
      ];
    case "command:local:Command": {
      const { environment } = props;
      if (typeof environment !== "object" || environment === null) return inputs;
      const entries = Object.entries(environment as Record<string, unknown>);
      return [
        ...inputs,
        ...entries
          .filter(([name, value]) => typeof value === "string" && looksSecret(name, value))
          .map(([name]) => `environment.${name}`),
      ];
    }
    default:
      return inputs;
  }
}

function isPlain(value: unknown): boolean {
  return value !== undefined && value !== null && value !== unknown && value !== secret;
}

/** A name that says so, or an address with a password in it. */
function looksSecret(name: string, value: string): boolean {
  return /PASSWORD|SECRET|TOKEN|_KEY$|DATABASE_URL/.test(name) || /:\/\/[^/\s:]+:[^@\s]+@/.test(value);
}
