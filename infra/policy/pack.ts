import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PolicyPack, Secret, UnknownValueError } from "@pulumi/policy";
import { unknown } from "../../catalog/unknown.ts";
import { parseStackFile } from "../settings/stack-file.ts";
import { settingsOf } from "../settings/settings.ts";
import { resourcePolicies, stackPolicies } from "./policies.ts";
import { secret, type PolicyContext, type PolicyResource } from "./policy.ts";
import { plainSecrets, secretsAreSecret } from "./secrets-are-secret.ts";

/**
 * The policy pack: `pulumi preview --policy-pack infra/policy`. A pack is a program of its own, to which the engine tells
 * resources and nothing of the configuration: that is read from the stack's YAML, by the name that stands in each URN.
 */
new PolicyPack("lavlay", {
  policies: [
    ...resourcePolicies
      .filter((policy) => policy !== secretsAreSecret)
      .map((policy) => ({
        name: policy.name,
        description: policy.description,
        enforcementLevel: policy.level,
        validateResource: (args: EngineResource, report: (message: string) => void) =>
          policy.check(resourceOf(args), contextOf(args.urn)).forEach((message) => report(message)),
      })),
    ...stackPolicies.map((policy) => ({
      name: policy.name,
      description: policy.description,
      enforcementLevel: policy.level,
      validateStack: (
        { resources }: { resources: readonly EngineResource[] },
        report: (message: string, urn?: string) => void,
      ) => {
        const [first] = resources;
        if (!first) return;
        for (const { urn, message } of policy.checkStack(resources.map(resourceOf), contextOf(first.urn)))
          report(message, urn);
      },
    })),
    {
      name: secretsAreSecret.name,
      description: secretsAreSecret.description,
      // The engine tells what is secret where a resource may still be changed, and nowhere else.
      enforcementLevel: "remediate",
      remediateResource: (args: EngineResource) => {
        const problems = plainSecrets(resourceOf(args));
        if (problems.length === 0) return undefined;
        const error = new Error(`${args.name}: ${problems.map(secretsAreSecret.message).join(" ")}`);
        // Whoever reads the refusal has no use for the way here.
        error.stack = error.message;
        throw error;
      },
    },
  ],
});

/** What the engine tells of a resource. */
interface EngineResource {
  type: string;
  name: string;
  urn: string;
  props: Record<string, unknown>;
  opts: { protect: boolean };
}

function resourceOf({ type, name, urn, props, opts }: EngineResource): PolicyResource {
  return { type, name, urn, props: plain(props) as Record<string, unknown>, protect: opts.protect };
}

/** A copy in which what the engine does not know yet, and what is secret, are marked. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => at(value, index));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.keys(value).map((name) => [name, at(value, name)]));
}

type Container = Record<string | number, unknown>;

/** The library's proxies open secrets, and throw where a value is unknown. */
function at(container: object, key: string | number): unknown {
  if ((behindProxies(container) as Container)[key] instanceof Secret) return secret;
  try {
    return plain((container as Container)[key]);
  } catch (error) {
    if (error instanceof UnknownValueError) return unknown;
    throw error;
  }
}

/** By the names under which `@pulumi/policy` (pinned) lets its own proxies be opened. */
function behindProxies(value: object): object {
  let target = value as object & { __isSpecialProxy?: boolean; __getSpecialProxyTarget: object };
  while (target.__isSpecialProxy) target = target.__getSpecialProxyTarget as typeof target;
  return target;
}

const contexts = new Map<string, PolicyContext>();

function contextOf(urn: string): PolicyContext {
  const stack = urn.split("::")[0]?.split(":").at(-1) ?? "";
  const known = contexts.get(stack);
  if (known) return known;
  const file = process.env["LAVLAY_CONFIG_FILE"] ?? join(__dirname, "..", "..", `Pulumi.${stack}.yaml`);
  const { values, secretKeys } = parseStackFile(readFileSync(file, "utf8"));
  const context = settingsOf(stack, { values, secretKeys: new Set(secretKeys) }, process.env, "plan");
  contexts.set(stack, context);
  return context;
}
