import * as pulumi from "@pulumi/pulumi";
import type { inputs, outputs } from "./types/index.ts";
import * as utilities from "./utilities.ts";

/** The environment secrets of a project's edge functions. One such resource per project: two would undo each other. */
export class EdgeFunctionSecrets extends pulumi.CustomResource {
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
    state?: EdgeFunctionSecretsState,
    opts?: pulumi.CustomResourceOptions,
  ): EdgeFunctionSecrets {
    return new EdgeFunctionSecrets(name, state as EdgeFunctionSecretsArgs, { ...opts, id });
  }

  /** @internal */
  public static readonly __pulumiType = "supabase:index/edgeFunctionSecrets:EdgeFunctionSecrets";

  /** True for an instance of this resource, even one made by another copy of the SDK. */
  public static override isInstance(obj: unknown): obj is EdgeFunctionSecrets {
    return utilities.isResource(obj, EdgeFunctionSecrets.__pulumiType);
  }

  /** Ref of the project; a change replaces it. */
  declare public readonly projectRef: pulumi.Output<string>;
  /** SHA-256 of each value, by name: what drift is seen by. */
  declare public readonly secretDigests: pulumi.Output<{ [key: string]: string }>;
  /** Every secret that the functions may read. */
  declare public readonly secrets: pulumi.Output<outputs.EdgeFunctionSecretsSecret[]>;

  /**
   * @param name Unique name within the program.
   * @param args What to make.
   * @param opts How the engine treats it.
   */
  constructor(name: string, args: EdgeFunctionSecretsArgs, opts?: pulumi.CustomResourceOptions);
  constructor(
    name: string,
    argsOrState?: EdgeFunctionSecretsArgs | EdgeFunctionSecretsState,
    opts: pulumi.CustomResourceOptions = {},
  ) {
    const properties: pulumi.Inputs = {};
    if (opts.id) {
      const state = argsOrState as EdgeFunctionSecretsState | undefined;
      properties.projectRef = state?.projectRef;
      properties.secretDigests = state?.secretDigests;
      properties.secrets = state?.secrets;
    } else {
      const args = argsOrState as EdgeFunctionSecretsArgs | undefined;
      if (args?.projectRef === undefined && !opts.urn)
        throw new Error("Missing required property 'projectRef'");
      if (args?.secrets === undefined && !opts.urn) throw new Error("Missing required property 'secrets'");
      properties.projectRef = args?.projectRef;
      properties.secrets = args?.secrets;
      properties.secretDigests = undefined;
    }
    const defaults = utilities.resourceOptsDefaults();
    super(
      EdgeFunctionSecrets.__pulumiType,
      name,
      properties,
      pulumi.mergeOptions(defaults, opts),
      false,
      utilities.getPackage(),
    );
  }
}

/** What a look-up of a {@link EdgeFunctionSecrets} may be qualified by. */
export interface EdgeFunctionSecretsState {
  /** Ref of the project; a change replaces it. */
  projectRef?: pulumi.Input<string>;
  /** SHA-256 of each value, by name: what drift is seen by. */
  secretDigests?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
  /** Every secret that the functions may read. */
  secrets?: pulumi.Input<pulumi.Input<inputs.EdgeFunctionSecretsSecret>[]>;
}

/** What a {@link EdgeFunctionSecrets} is made from. */
export interface EdgeFunctionSecretsArgs {
  /** Ref of the project; a change replaces it. */
  projectRef: pulumi.Input<string>;
  /** Every secret that the functions may read. */
  secrets: pulumi.Input<pulumi.Input<inputs.EdgeFunctionSecretsSecret>[]>;
}
