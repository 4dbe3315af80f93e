import { catalogEntry, type Entry } from "../../catalog/catalog.ts";
import { withDefaults } from "../../catalog/defaults.ts";
import { RefusedError, type Problem } from "../../catalog/problem.ts";
import { checkResource, type RuleContext } from "../../catalog/rules/index.ts";
import type { ProviderSchema } from "../../catalog/schema.ts";
import { unknown } from "../../catalog/unknown.ts";
import { validateProperties } from "../../catalog/validate.ts";
import { VendorError, type Behaviour, type Context, type Lookup } from "./behaviour.ts";
import { changes, type Change } from "./diff.ts";
import type { Values } from "./marshal.ts";

export interface ResourceRequest {
  readonly type: string;
  readonly urn: string;
  readonly inputs: Values;
}

/** One provider of the local target: what the engine may ask of it, in plain values. */
export class Provider {
  readonly #behaviours: ReadonlyMap<string, Behaviour>;
  readonly #lookups: ReadonlyMap<string, Lookup>;

  constructor(
    readonly schema: ProviderSchema,
    behaviours: readonly Behaviour[],
    lookups: readonly Lookup[],
    readonly context: Context,
  ) {
    this.#behaviours = new Map(behaviours.map((behaviour) => [behaviour.token, behaviour]));
    this.#lookups = new Map(lookups.map((lookup) => [lookup.token, lookup]));
  }

  checkConfig(config: Values): Problem[] {
    const own = Object.entries(config).filter(([name]) => !name.startsWith("__") && name !== "version");
    return validateProperties(this.schema.config, {}, Object.fromEntries(own));
  }

  check(type: string, inputs: Values): Problem[] {
    const { entry, behaviour } = this.#find(type);
    const problems = checkResource(entry, inputs, ruleContext(this.context));
    const refused = new Set(problems.map(({ key }) => key));
    const more = behaviour.problems?.(this.context, inputs) ?? [];
    return [...problems, ...more.filter(({ key }) => !refused.has(key))];
  }

  diff(
    { type, urn, inputs }: ResourceRequest,
    state: Values,
    oldInputs: Values,
  ): { changes: Change[]; deleteBeforeReplace: boolean } {
    this.#settle(urn);
    const { entry, behaviour } = this.#find(type);
    const planned = this.#planned(entry, behaviour, inputs);
    return {
      changes: changes({ entry, planned, state, oldInputs, ignored: behaviour.ignoredChanges }),
      deleteBeforeReplace: behaviour.deleteBeforeReplace ?? false,
    };
  }

  /** The outputs as far as they can be told before anything is done. */
  forecast({ type, inputs }: ResourceRequest, state?: Values): Values {
    const { entry, behaviour } = this.#find(type);
    const outputs: Record<string, unknown> = this.#planned(entry, behaviour, inputs);
    for (const name of Object.keys(entry.outputs)) {
      if (name in outputs) continue;
      const computed = !(name in entry.inputs) || entry.requiredOutputs.includes(name);
      if (!computed) continue;
      outputs[name] = behaviour.changing?.includes(name) ? unknown : (state?.[name] ?? unknown);
    }
    return outputs;
  }

  async create({ type, urn, inputs }: ResourceRequest): Promise<{ id: string; outputs: Values }> {
    const { entry, behaviour } = this.#find(type);
    const creations = this.context.store.collection("creations");
    const retried = creations.get(urn) !== undefined;
    if (!retried) creations.put(urn, { urn });
    const planned = this.#planned(entry, behaviour, inputs);
    const request = { urn, inputs: withDefaults(entry, inputs), state: {}, retried };
    const { id, outputs } = await behaviour.apply(this.context, request);
    return { id, outputs: { ...planned, ...outputs } };
  }

  async update({ type, urn, inputs }: ResourceRequest, id: string, state: Values): Promise<Values> {
    const { entry, behaviour } = this.#find(type);
    const planned = this.#planned(entry, behaviour, inputs);
    const request = { urn, id, inputs: withDefaults(entry, inputs), state, retried: false };
    const { outputs } = await behaviour.apply(this.context, request);
    return { ...planned, ...outputs };
  }

  /**
   * Inputs and outputs as they are now; undefined when the resource is gone. Without a state it is an import: the id is
   * then the one that people give.
   */
  read(
    { type, urn, inputs }: ResourceRequest,
    id: string,
    state: Values,
  ): { id: string; inputs: Values; outputs: Values } | undefined {
    this.#settle(urn);
    const { entry, behaviour } = this.#find(type);
    const isImport = Object.keys(state).length === 0;
    if (isImport && !behaviour.imported) throw new VendorError(importNotImplemented);
    const found = isImport
      ? behaviour.imported?.(this.context, id)
      : { id, outputs: behaviour.observe(this.context, id, state) };
    if (!found?.outputs) return undefined;
    const { outputs } = found;
    return { id: found.id, outputs, inputs: observedInputs(entry, inputs, outputs) };
  }

  async delete(type: string, urn: string, id: string, state: Values): Promise<void> {
    await this.#find(type).behaviour.remove(this.context, id, state, urn);
    this.#settle(urn);
  }

  async invoke(token: string, inputs: Values): Promise<{ answer: Values; secrets: string[] }> {
    const schema = this.schema.functions[token];
    const lookup = this.#lookups.get(token);
    if (!schema || !lookup) throw unknownName("function", token, [...this.#lookups.keys()]);
    const problems = validateProperties(schema.inputs, this.schema.types, inputs);
    if (problems.length > 0) throw new RefusedError(token, problems);
    const answer = await lookup.answer(this.context, inputs);
    const secrets = Object.keys(schema.outputs).filter((name) => schema.outputs[name]?.secret);
    return { answer, secrets };
  }

  /** Outputs that are secret whatever the inputs were. */
  secretOutputs(type: string): readonly string[] {
    const { entry } = this.#find(type);
    return [...entry.secretInputs, ...entry.secretOutputs];
  }

  #planned(entry: Entry, behaviour: Behaviour, inputs: Values): Record<string, unknown> {
    const filled = withDefaults(entry, inputs);
    return { ...filled, ...behaviour.planned?.(this.context, filled) };
  }

  #find(type: string): { entry: Entry; behaviour: Behaviour } {
    const entry = catalogEntry(type);
    const behaviour = this.#behaviours.get(type);
    if (!entry || !behaviour) throw unknownName("resource type", type, [...this.#behaviours.keys()]);
    return { entry, behaviour };
  }

  /** The engine has shown that it knows how the creation of this URN ended. */
  #settle(urn: string): void {
    this.context.store.collection("creations").delete(urn);
  }
}

/** What the framework of all these providers says. */
const importNotImplemented =
  "Resource Import Not Implemented: This resource does not support import. Please contact the provider developer for additional information.";

function unknownName(kind: string, name: string, known: readonly string[]): VendorError {
  return new VendorError(
    `The local target knows no ${kind} ${name}. It knows:\n${known.map((token) => `  ${token}`).join("\n")}`,
  );
}

function ruleContext({ store }: Context): RuleContext {
  const accounts = store.collection("accounts").get("accounts");
  if (!accounts) return {};
  const zones = accounts.cloudflare.zones;
  const ranks = ["free", "pro", "business", "enterprise"] as const;
  return {
    zonePlan: (zoneId) => zones.find(({ id }) => id === zoneId)?.plan,
    accountPlan: ranks.findLast((plan) => zones.some((zone) => zone.plan === plan)),
    supabasePlan: accounts.supabase.plan,
  };
}

/** The inputs that would lead to what was observed: as they were, except where something has drifted. */
function observedInputs(entry: Entry, inputs: Values, outputs: Values): Values {
  const given = Object.keys(inputs).length > 0;
  const names = given
    ? Object.keys(inputs)
    : Object.keys(outputs).filter((name) => Object.hasOwn(entry.inputs, name));
  const state = outputs;
  return Object.fromEntries(
    names.map((name) => {
      const planned = withDefaults(entry, { [name]: inputs[name] });
      const drifted = changes({ entry, planned: { [name]: planned[name] }, state, oldInputs: inputs });
      return [name, given && !drifted.some(({ path }) => path.startsWith(name)) ? inputs[name] : state[name]];
    }),
  );
}
