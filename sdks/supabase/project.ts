import * as pulumi from "@pulumi/pulumi";
import type { inputs, outputs } from "./types/index.ts";
import * as utilities from "./utilities.ts";

/** A Supabase project: Postgres, Auth, Storage, the data API and edge functions. Its `id` is the project ref. */
export class Project extends pulumi.CustomResource {
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
    state?: ProjectState,
    opts?: pulumi.CustomResourceOptions,
  ): Project {
    return new Project(name, state as ProjectArgs, { ...opts, id });
  }

  /** @internal */
  public static readonly __pulumiType = "supabase:index/project:Project";

  /** True for an instance of this resource, even one made by another copy of the SDK. */
  public static override isInstance(obj: unknown): obj is Project {
    return utilities.isResource(obj, Project.__pulumiType);
  }

  /** Password of the role `postgres`, at least 4 characters. */
  declare public readonly databasePassword: pulumi.Output<string>;
  /** Compute size, such as `micro`. Leave it out on the Free plan. */
  declare public readonly instanceSize: pulumi.Output<string>;
  /**
   * Whether the JWT-shaped anon and service-role keys work.
   *
   * @deprecated Supabase retires these keys.
   */
  declare public readonly legacyApiKeysEnabled: pulumi.Output<boolean>;
  /** Display name. */
  declare public readonly name: pulumi.Output<string>;
  /** Slug of the organisation that owns it; a change is refused when applied. */
  declare public readonly organizationId: pulumi.Output<string>;
  /** Region, such as `eu-west-1`; a change is refused when applied. */
  declare public readonly region: pulumi.Output<string>;
  /** How long to wait for the project. */
  declare public readonly timeouts: pulumi.Output<outputs.ProjectTimeouts | undefined>;

  /**
   * @param name Unique name within the program.
   * @param args What to make.
   * @param opts How the engine treats it.
   */
  constructor(name: string, args: ProjectArgs, opts?: pulumi.CustomResourceOptions);
  constructor(
    name: string,
    argsOrState?: ProjectArgs | ProjectState,
    opts: pulumi.CustomResourceOptions = {},
  ) {
    const properties: pulumi.Inputs = {};
    if (opts.id) {
      const state = argsOrState as ProjectState | undefined;
      properties.databasePassword = state?.databasePassword;
      properties.instanceSize = state?.instanceSize;
      properties.legacyApiKeysEnabled = state?.legacyApiKeysEnabled;
      properties.name = state?.name;
      properties.organizationId = state?.organizationId;
      properties.region = state?.region;
      properties.timeouts = state?.timeouts;
    } else {
      const args = argsOrState as ProjectArgs | undefined;
      if (args?.databasePassword === undefined && !opts.urn)
        throw new Error("Missing required property 'databasePassword'");
      if (args?.organizationId === undefined && !opts.urn)
        throw new Error("Missing required property 'organizationId'");
      if (args?.region === undefined && !opts.urn) throw new Error("Missing required property 'region'");
      properties.databasePassword =
        args?.databasePassword === undefined ? undefined : pulumi.secret(args.databasePassword);
      properties.instanceSize = args?.instanceSize;
      properties.legacyApiKeysEnabled = args?.legacyApiKeysEnabled;
      properties.name = args?.name;
      properties.organizationId = args?.organizationId;
      properties.region = args?.region;
      properties.timeouts = args?.timeouts;
    }
    const defaults = utilities.resourceOptsDefaults();
    super(
      Project.__pulumiType,
      name,
      properties,
      pulumi.mergeOptions(pulumi.mergeOptions(defaults, opts), {
        additionalSecretOutputs: ["databasePassword"],
      }),
      false,
      utilities.getPackage(),
    );
  }
}

/** What a look-up of a {@link Project} may be qualified by. */
export interface ProjectState {
  /** Password of the role `postgres`, at least 4 characters. */
  databasePassword?: pulumi.Input<string>;
  /** Compute size, such as `micro`. Leave it out on the Free plan. */
  instanceSize?: pulumi.Input<string>;
  /** Whether the JWT-shaped anon and service-role keys work. */
  legacyApiKeysEnabled?: pulumi.Input<boolean>;
  /** Display name. */
  name?: pulumi.Input<string>;
  /** Slug of the organisation that owns it; a change is refused when applied. */
  organizationId?: pulumi.Input<string>;
  /** Region, such as `eu-west-1`; a change is refused when applied. */
  region?: pulumi.Input<string>;
  /** How long to wait for the project. */
  timeouts?: pulumi.Input<inputs.ProjectTimeouts>;
}

/** What a {@link Project} is made from. */
export interface ProjectArgs {
  /** Password of the role `postgres`, at least 4 characters. */
  databasePassword: pulumi.Input<string>;
  /** Compute size, such as `micro`. Leave it out on the Free plan. */
  instanceSize?: pulumi.Input<string>;
  /**
   * Whether the JWT-shaped anon and service-role keys work.
   *
   * @deprecated Supabase retires these keys.
   */
  legacyApiKeysEnabled?: pulumi.Input<boolean>;
  /** Display name. */
  name?: pulumi.Input<string>;
  /** Slug of the organisation that owns it; a change is refused when applied. */
  organizationId: pulumi.Input<string>;
  /** Region, such as `eu-west-1`; a change is refused when applied. */
  region: pulumi.Input<string>;
  /** How long to wait for the project. */
  timeouts?: pulumi.Input<inputs.ProjectTimeouts>;
}
