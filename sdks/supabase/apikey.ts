import * as pulumi from "@pulumi/pulumi";
import type { inputs, outputs } from "./types/index.ts";
import * as utilities from "./utilities.ts";

/** A secret API key (`sb_secret_…`) of a project, beside the keys each project is born with. */
export class Apikey extends pulumi.CustomResource {
  /**
   * Looks up an existing resource by its provider id instead of creating one.
   *
   * @param name Unique name within the program.
   * @param id The provider's id.
   * @param state Properties that qualify the look-up.
   */
  public static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    state?: ApikeyState,
    opts?: pulumi.CustomResourceOptions,
  ): Apikey {
    return new Apikey(name, state as ApikeyArgs, { ...opts, id });
  }

  /** @internal */
  public static readonly __pulumiType = "supabase:index/apikey:Apikey";

  /** True for an instance of this resource, even one made by another copy of the SDK. */
  public static override isInstance(obj: unknown): obj is Apikey {
    return utilities.isResource(obj, Apikey.__pulumiType);
  }

  /** The key itself. */
  declare public readonly apiKey: pulumi.Output<string>;
  /** What the key is for. */
  declare public readonly description: pulumi.Output<string | undefined>;
  /** Lower-case letters, digits and underscores, starting with a letter or an underscore. */
  declare public readonly name: pulumi.Output<string>;
  /** Ref of the project the key opens. */
  declare public readonly projectRef: pulumi.Output<string>;
  /** Claims of the JWT that the gateway puts in place of the key. */
  declare public readonly secretJwtTemplate: pulumi.Output<outputs.ApikeySecretJwtTemplate>;
  /** Kind of key: `secret`. */
  declare public readonly type: pulumi.Output<string>;

  /**
   * @param name Unique name within the program.
   * @param args What to make.
   * @param opts How the engine treats it.
   */
  constructor(name: string, args: ApikeyArgs, opts?: pulumi.CustomResourceOptions);
  constructor(name: string, argsOrState?: ApikeyArgs | ApikeyState, opts: pulumi.CustomResourceOptions = {}) {
    const properties: pulumi.Inputs = {};
    if (opts.id) {
      const state = argsOrState as ApikeyState | undefined;
      properties.apiKey = state?.apiKey;
      properties.description = state?.description;
      properties.name = state?.name;
      properties.projectRef = state?.projectRef;
      properties.secretJwtTemplate = state?.secretJwtTemplate;
      properties.type = state?.type;
    } else {
      const args = argsOrState as ApikeyArgs | undefined;
      if (args?.projectRef === undefined && !opts.urn)
        throw new Error("Missing required property 'projectRef'");
      properties.description = args?.description;
      properties.name = args?.name;
      properties.projectRef = args?.projectRef;
      properties.apiKey = undefined;
      properties.secretJwtTemplate = undefined;
      properties.type = undefined;
    }
    const defaults = utilities.resourceOptsDefaults();
    super(
      Apikey.__pulumiType,
      name,
      properties,
      pulumi.mergeOptions(pulumi.mergeOptions(defaults, opts), { additionalSecretOutputs: ["apiKey"] }),
      false,
      utilities.getPackage(),
    );
  }
}

/** What a look-up of a {@link Apikey} may be qualified by. */
export interface ApikeyState {
  /** The key itself. */
  apiKey?: pulumi.Input<string>;
  /** What the key is for. */
  description?: pulumi.Input<string>;
  /** Lower-case letters, digits and underscores, starting with a letter or an underscore. */
  name?: pulumi.Input<string>;
  /** Ref of the project the key opens. */
  projectRef?: pulumi.Input<string>;
  /** Claims of the JWT that the gateway puts in place of the key. */
  secretJwtTemplate?: pulumi.Input<inputs.ApikeySecretJwtTemplate>;
  /** Kind of key: `secret`. */
  type?: pulumi.Input<string>;
}

/** What a {@link Apikey} is made from. */
export interface ApikeyArgs {
  /** What the key is for. */
  description?: pulumi.Input<string>;
  /** Lower-case letters, digits and underscores, starting with a letter or an underscore. */
  name?: pulumi.Input<string>;
  /** Ref of the project the key opens. */
  projectRef: pulumi.Input<string>;
}
