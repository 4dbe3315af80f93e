import * as pulumi from "@pulumi/pulumi";
import type { inputs, outputs } from "./types/index.ts";
import * as utilities from "./utilities.ts";

/** A preview branch: a copy of a project with a database of its own, tied to a git branch. */
export class Branch extends pulumi.CustomResource {
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
    state?: BranchState,
    opts?: pulumi.CustomResourceOptions,
  ): Branch {
    return new Branch(name, state as BranchArgs, { ...opts, id });
  }

  /** @internal */
  public static readonly __pulumiType = "supabase:index/branch:Branch";

  /** True for an instance of this resource, even one made by another copy of the SDK. */
  public static override isInstance(obj: unknown): obj is Branch {
    return utilities.isResource(obj, Branch.__pulumiType);
  }

  /** How to reach the database of the branch. */
  declare public readonly database: pulumi.Output<outputs.BranchDatabase>;
  /** Git branch that this database branch follows. */
  declare public readonly gitBranch: pulumi.Output<string>;
  /** Ref of the project branched from. */
  declare public readonly parentProjectRef: pulumi.Output<string>;
  /** Keeps the branch when its pull request closes. Default false. */
  declare public readonly persistent: pulumi.Output<boolean>;
  /** Region the branch runs in; a change replaces it. */
  declare public readonly region: pulumi.Output<string | undefined>;

  /**
   * @param name Unique name within the program.
   * @param args What to make.
   * @param opts How the engine treats it.
   */
  constructor(name: string, args: BranchArgs, opts?: pulumi.CustomResourceOptions);
  constructor(name: string, argsOrState?: BranchArgs | BranchState, opts: pulumi.CustomResourceOptions = {}) {
    const properties: pulumi.Inputs = {};
    if (opts.id) {
      const state = argsOrState as BranchState | undefined;
      properties.database = state?.database;
      properties.gitBranch = state?.gitBranch;
      properties.parentProjectRef = state?.parentProjectRef;
      properties.persistent = state?.persistent;
      properties.region = state?.region;
    } else {
      const args = argsOrState as BranchArgs | undefined;
      if (args?.gitBranch === undefined && !opts.urn)
        throw new Error("Missing required property 'gitBranch'");
      if (args?.parentProjectRef === undefined && !opts.urn)
        throw new Error("Missing required property 'parentProjectRef'");
      properties.gitBranch = args?.gitBranch;
      properties.parentProjectRef = args?.parentProjectRef;
      properties.persistent = args?.persistent;
      properties.region = args?.region;
      properties.database = undefined;
    }
    const defaults = utilities.resourceOptsDefaults();
    super(
      Branch.__pulumiType,
      name,
      properties,
      pulumi.mergeOptions(defaults, opts),
      false,
      utilities.getPackage(),
    );
  }
}

/** What a look-up of a {@link Branch} may be qualified by. */
export interface BranchState {
  /** How to reach the database of the branch. */
  database?: pulumi.Input<inputs.BranchDatabase>;
  /** Git branch that this database branch follows. */
  gitBranch?: pulumi.Input<string>;
  /** Ref of the project branched from. */
  parentProjectRef?: pulumi.Input<string>;
  /** Keeps the branch when its pull request closes. Default false. */
  persistent?: pulumi.Input<boolean>;
  /** Region the branch runs in; a change replaces it. */
  region?: pulumi.Input<string>;
}

/** What a {@link Branch} is made from. */
export interface BranchArgs {
  /** Git branch that this database branch follows. */
  gitBranch: pulumi.Input<string>;
  /** Ref of the project branched from. */
  parentProjectRef: pulumi.Input<string>;
  /** Keeps the branch when its pull request closes. Default false. */
  persistent?: pulumi.Input<boolean>;
  /** Region the branch runs in; a change replaces it. */
  region?: pulumi.Input<string>;
}
