import * as pulumi from "@pulumi/pulumi";
import type { inputs, outputs } from "./types/index.ts";
import * as utilities from "./utilities.ts";

/** Configuration of a project. Every group is a JSON string holding only the keys to own; deleting this resource changes nothing. */
export class Settings extends pulumi.CustomResource {
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
    state?: SettingsState,
    opts?: pulumi.CustomResourceOptions,
  ): Settings {
    return new Settings(name, state as SettingsArgs, { ...opts, id });
  }

  /** @internal */
  public static readonly __pulumiType = "supabase:index/settings:Settings";

  /** True for an instance of this resource, even one made by another copy of the SDK. */
  public static override isInstance(obj: unknown): obj is Settings {
    return utilities.isResource(obj, Settings.__pulumiType);
  }

  /** JSON of the data API: `db_schema`, `db_extra_search_path`, `max_rows`, `db_pool`. */
  declare public readonly api: pulumi.Output<string | undefined>;
  /** JSON of Auth, such as `{"site_url": "…"}`. */
  declare public readonly auth: pulumi.Output<string | undefined>;
  /** JSON of Postgres parameters, such as `{"statement_timeout": "10s"}`. */
  declare public readonly database: pulumi.Output<string | undefined>;
  /** JSON of network restrictions: `restrictions`, a list of CIDRs. */
  declare public readonly network: pulumi.Output<string | undefined>;
  /** Accepted and never sent: set the pooler through the Management API. */
  declare public readonly pooler: pulumi.Output<string | undefined>;
  /** Ref of the project. */
  declare public readonly projectRef: pulumi.Output<string>;
  /** Refuses database connections without TLS. */
  declare public readonly sslEnforcement: pulumi.Output<boolean | undefined>;
  /** JSON of Storage: `fileSizeLimit`, `features`. */
  declare public readonly storage: pulumi.Output<string | undefined>;
  /** How long to wait for changes to settle. */
  declare public readonly timeouts: pulumi.Output<outputs.SettingsTimeouts | undefined>;

  /**
   * @param name Unique name within the program.
   * @param args What to make.
   * @param opts How the engine treats it.
   */
  constructor(name: string, args: SettingsArgs, opts?: pulumi.CustomResourceOptions);
  constructor(
    name: string,
    argsOrState?: SettingsArgs | SettingsState,
    opts: pulumi.CustomResourceOptions = {},
  ) {
    const properties: pulumi.Inputs = {};
    if (opts.id) {
      const state = argsOrState as SettingsState | undefined;
      properties.api = state?.api;
      properties.auth = state?.auth;
      properties.database = state?.database;
      properties.network = state?.network;
      properties.pooler = state?.pooler;
      properties.projectRef = state?.projectRef;
      properties.sslEnforcement = state?.sslEnforcement;
      properties.storage = state?.storage;
      properties.timeouts = state?.timeouts;
    } else {
      const args = argsOrState as SettingsArgs | undefined;
      if (args?.projectRef === undefined && !opts.urn)
        throw new Error("Missing required property 'projectRef'");
      properties.api = args?.api;
      properties.auth = args?.auth;
      properties.database = args?.database;
      properties.network = args?.network;
      properties.pooler = args?.pooler;
      properties.projectRef = args?.projectRef;
      properties.sslEnforcement = args?.sslEnforcement;
      properties.storage = args?.storage;
      properties.timeouts = args?.timeouts;
    }
    const defaults = utilities.resourceOptsDefaults();
    super(
      Settings.__pulumiType,
      name,
      properties,
      pulumi.mergeOptions(defaults, opts),
      false,
      utilities.getPackage(),
    );
  }
}

/** What a look-up of a {@link Settings} may be qualified by. */
export interface SettingsState {
  /** JSON of the data API: `db_schema`, `db_extra_search_path`, `max_rows`, `db_pool`. */
  api?: pulumi.Input<string>;
  /** JSON of Auth, such as `{"site_url": "…"}`. */
  auth?: pulumi.Input<string>;
  /** JSON of Postgres parameters, such as `{"statement_timeout": "10s"}`. */
  database?: pulumi.Input<string>;
  /** JSON of network restrictions: `restrictions`, a list of CIDRs. */
  network?: pulumi.Input<string>;
  /** Accepted and never sent: set the pooler through the Management API. */
  pooler?: pulumi.Input<string>;
  /** Ref of the project. */
  projectRef?: pulumi.Input<string>;
  /** Refuses database connections without TLS. */
  sslEnforcement?: pulumi.Input<boolean>;
  /** JSON of Storage: `fileSizeLimit`, `features`. */
  storage?: pulumi.Input<string>;
  /** How long to wait for changes to settle. */
  timeouts?: pulumi.Input<inputs.SettingsTimeouts>;
}

/** What a {@link Settings} is made from. */
export interface SettingsArgs {
  /** JSON of the data API: `db_schema`, `db_extra_search_path`, `max_rows`, `db_pool`. */
  api?: pulumi.Input<string>;
  /** JSON of Auth, such as `{"site_url": "…"}`. */
  auth?: pulumi.Input<string>;
  /** JSON of Postgres parameters, such as `{"statement_timeout": "10s"}`. */
  database?: pulumi.Input<string>;
  /** JSON of network restrictions: `restrictions`, a list of CIDRs. */
  network?: pulumi.Input<string>;
  /** Accepted and never sent: set the pooler through the Management API. */
  pooler?: pulumi.Input<string>;
  /** Ref of the project. */
  projectRef: pulumi.Input<string>;
  /** Refuses database connections without TLS. */
  sslEnforcement?: pulumi.Input<boolean>;
  /** JSON of Storage: `fileSizeLimit`, `features`. */
  storage?: pulumi.Input<string>;
  /** How long to wait for changes to settle. */
  timeouts?: pulumi.Input<inputs.SettingsTimeouts>;
}
