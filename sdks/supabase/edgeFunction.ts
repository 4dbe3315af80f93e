import * as pulumi from "@pulumi/pulumi";
import * as utilities from "./utilities.ts";

/** A deployed edge function. The platform's own JWT check (`verify_jwt`) is not part of this resource. */
export class EdgeFunction extends pulumi.CustomResource {
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
    state?: EdgeFunctionState,
    opts?: pulumi.CustomResourceOptions,
  ): EdgeFunction {
    return new EdgeFunction(name, state as EdgeFunctionArgs, { ...opts, id });
  }

  /** @internal */
  public static readonly __pulumiType = "supabase:index/edgeFunction:EdgeFunction";

  /** True for an instance of this resource, even one made by another copy of the SDK. */
  public static override isInstance(obj: unknown): obj is EdgeFunction {
    return utilities.isResource(obj, EdgeFunction.__pulumiType);
  }

  /** SHA-256 of what is deployed. */
  declare public readonly checksum: pulumi.Output<string>;
  /** Creation time, milliseconds since 1970. */
  declare public readonly createdAt: pulumi.Output<number>;
  /** Path of the file that serves requests, relative to the program. Read at preview. */
  declare public readonly entrypoint: pulumi.Output<string>;
  /** Path of an import map, if any. */
  declare public readonly importMap: pulumi.Output<string | undefined>;
  /** SHA-256 over the local files; a change deploys again. */
  declare public readonly localChecksum: pulumi.Output<string>;
  /** Display name. Default: the slug. */
  declare public readonly name: pulumi.Output<string>;
  /** Ref of the project it runs in; a change replaces it. */
  declare public readonly projectRef: pulumi.Output<string>;
  /** Name in the URL, `/functions/v1/<slug>`; a change replaces it. */
  declare public readonly slug: pulumi.Output<string>;
  /** Globs of files shipped with the function. */
  declare public readonly staticFiles: pulumi.Output<string[] | undefined>;
  /** `ACTIVE` once deployed. */
  declare public readonly status: pulumi.Output<string>;
  /** Time of the last deployment, milliseconds since 1970. */
  declare public readonly updatedAt: pulumi.Output<number>;
  /** Counts deployments, from 1. */
  declare public readonly version: pulumi.Output<number>;

  /**
   * @param name Unique name within the program.
   * @param args What to make.
   * @param opts How the engine treats it.
   */
  constructor(name: string, args: EdgeFunctionArgs, opts?: pulumi.CustomResourceOptions);
  constructor(
    name: string,
    argsOrState?: EdgeFunctionArgs | EdgeFunctionState,
    opts: pulumi.CustomResourceOptions = {},
  ) {
    const properties: pulumi.Inputs = {};
    if (opts.id) {
      const state = argsOrState as EdgeFunctionState | undefined;
      properties.checksum = state?.checksum;
      properties.createdAt = state?.createdAt;
      properties.entrypoint = state?.entrypoint;
      properties.importMap = state?.importMap;
      properties.localChecksum = state?.localChecksum;
      properties.name = state?.name;
      properties.projectRef = state?.projectRef;
      properties.slug = state?.slug;
      properties.staticFiles = state?.staticFiles;
      properties.status = state?.status;
      properties.updatedAt = state?.updatedAt;
      properties.version = state?.version;
    } else {
      const args = argsOrState as EdgeFunctionArgs | undefined;
      if (args?.entrypoint === undefined && !opts.urn)
        throw new Error("Missing required property 'entrypoint'");
      if (args?.projectRef === undefined && !opts.urn)
        throw new Error("Missing required property 'projectRef'");
      if (args?.slug === undefined && !opts.urn) throw new Error("Missing required property 'slug'");
      properties.entrypoint = args?.entrypoint;
      properties.importMap = args?.importMap;
      properties.name = args?.name;
      properties.projectRef = args?.projectRef;
      properties.slug = args?.slug;
      properties.staticFiles = args?.staticFiles;
      properties.checksum = undefined;
      properties.createdAt = undefined;
      properties.localChecksum = undefined;
      properties.status = undefined;
      properties.updatedAt = undefined;
      properties.version = undefined;
    }
    const defaults = utilities.resourceOptsDefaults();
    super(
      EdgeFunction.__pulumiType,
      name,
      properties,
      pulumi.mergeOptions(defaults, opts),
      false,
      utilities.getPackage(),
    );
  }
}

/** What a look-up of a {@link EdgeFunction} may be qualified by. */
export interface EdgeFunctionState {
  /** SHA-256 of what is deployed. */
  checksum?: pulumi.Input<string>;
  /** Creation time, milliseconds since 1970. */
  createdAt?: pulumi.Input<number>;
  /** Path of the file that serves requests, relative to the program. Read at preview. */
  entrypoint?: pulumi.Input<string>;
  /** Path of an import map, if any. */
  importMap?: pulumi.Input<string>;
  /** SHA-256 over the local files; a change deploys again. */
  localChecksum?: pulumi.Input<string>;
  /** Display name. Default: the slug. */
  name?: pulumi.Input<string>;
  /** Ref of the project it runs in; a change replaces it. */
  projectRef?: pulumi.Input<string>;
  /** Name in the URL, `/functions/v1/<slug>`; a change replaces it. */
  slug?: pulumi.Input<string>;
  /** Globs of files shipped with the function. */
  staticFiles?: pulumi.Input<pulumi.Input<string>[]>;
  /** `ACTIVE` once deployed. */
  status?: pulumi.Input<string>;
  /** Time of the last deployment, milliseconds since 1970. */
  updatedAt?: pulumi.Input<number>;
  /** Counts deployments, from 1. */
  version?: pulumi.Input<number>;
}

/** What a {@link EdgeFunction} is made from. */
export interface EdgeFunctionArgs {
  /** Path of the file that serves requests, relative to the program. Read at preview. */
  entrypoint: pulumi.Input<string>;
  /** Path of an import map, if any. */
  importMap?: pulumi.Input<string>;
  /** Display name. Default: the slug. */
  name?: pulumi.Input<string>;
  /** Ref of the project it runs in; a change replaces it. */
  projectRef: pulumi.Input<string>;
  /** Name in the URL, `/functions/v1/<slug>`; a change replaces it. */
  slug: pulumi.Input<string>;
  /** Globs of files shipped with the function. */
  staticFiles?: pulumi.Input<pulumi.Input<string>[]>;
}
