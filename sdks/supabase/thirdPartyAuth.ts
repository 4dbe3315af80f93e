import * as pulumi from "@pulumi/pulumi";
import type { inputs, outputs } from "./types/index.ts";
import * as utilities from "./utilities.ts";

/** Trust in another issuer's JWTs. Exactly one of `oidcIssuerUrl`, `jwksUrl` and `customJwks` is given; any change replaces. */
export class ThirdPartyAuth extends pulumi.CustomResource {
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
    state?: ThirdPartyAuthState,
    opts?: pulumi.CustomResourceOptions,
  ): ThirdPartyAuth {
    return new ThirdPartyAuth(name, state as ThirdPartyAuthArgs, { ...opts, id });
  }

  /** @internal */
  public static readonly __pulumiType = "supabase:index/thirdPartyAuth:ThirdPartyAuth";

  /** True for an instance of this resource, even one made by another copy of the SDK. */
  public static override isInstance(obj: unknown): obj is ThirdPartyAuth {
    return utilities.isResource(obj, ThirdPartyAuth.__pulumiType);
  }

  /** Public keys as a JWKS in JSON. */
  declare public readonly customJwks: pulumi.Output<string | undefined>;
  /** Creation time, ISO 8601. */
  declare public readonly insertedAt: pulumi.Output<string>;
  /** Where the issuer publishes its JWKS. */
  declare public readonly jwksUrl: pulumi.Output<string | undefined>;
  /** OpenID Connect issuer. */
  declare public readonly oidcIssuerUrl: pulumi.Output<string | undefined>;
  /** Ref of the project. */
  declare public readonly projectRef: pulumi.Output<string>;
  /** When the keys were last fetched, ISO 8601. */
  declare public readonly resolvedAt: pulumi.Output<string>;
  /** The keys in force, as JSON. */
  declare public readonly resolvedJwks: pulumi.Output<string>;
  /** How long to wait for the keys. */
  declare public readonly timeouts: pulumi.Output<outputs.ThirdPartyAuthTimeouts | undefined>;
  /** Kind of integration. */
  declare public readonly type: pulumi.Output<string>;
  /** Last change, ISO 8601. */
  declare public readonly updatedAt: pulumi.Output<string>;

  /**
   * @param name Unique name within the program.
   * @param args What to make.
   * @param opts How the engine treats it.
   */
  constructor(name: string, args: ThirdPartyAuthArgs, opts?: pulumi.CustomResourceOptions);
  constructor(
    name: string,
    argsOrState?: ThirdPartyAuthArgs | ThirdPartyAuthState,
    opts: pulumi.CustomResourceOptions = {},
  ) {
    const properties: pulumi.Inputs = {};
    if (opts.id) {
      const state = argsOrState as ThirdPartyAuthState | undefined;
      properties.customJwks = state?.customJwks;
      properties.insertedAt = state?.insertedAt;
      properties.jwksUrl = state?.jwksUrl;
      properties.oidcIssuerUrl = state?.oidcIssuerUrl;
      properties.projectRef = state?.projectRef;
      properties.resolvedAt = state?.resolvedAt;
      properties.resolvedJwks = state?.resolvedJwks;
      properties.timeouts = state?.timeouts;
      properties.type = state?.type;
      properties.updatedAt = state?.updatedAt;
    } else {
      const args = argsOrState as ThirdPartyAuthArgs | undefined;
      if (args?.projectRef === undefined && !opts.urn)
        throw new Error("Missing required property 'projectRef'");
      properties.customJwks = args?.customJwks;
      properties.jwksUrl = args?.jwksUrl;
      properties.oidcIssuerUrl = args?.oidcIssuerUrl;
      properties.projectRef = args?.projectRef;
      properties.timeouts = args?.timeouts;
      properties.insertedAt = undefined;
      properties.resolvedAt = undefined;
      properties.resolvedJwks = undefined;
      properties.type = undefined;
      properties.updatedAt = undefined;
    }
    const defaults = utilities.resourceOptsDefaults();
    super(
      ThirdPartyAuth.__pulumiType,
      name,
      properties,
      pulumi.mergeOptions(defaults, opts),
      false,
      utilities.getPackage(),
    );
  }
}

/** What a look-up of a {@link ThirdPartyAuth} may be qualified by. */
export interface ThirdPartyAuthState {
  /** Public keys as a JWKS in JSON. */
  customJwks?: pulumi.Input<string>;
  /** Creation time, ISO 8601. */
  insertedAt?: pulumi.Input<string>;
  /** Where the issuer publishes its JWKS. */
  jwksUrl?: pulumi.Input<string>;
  /** OpenID Connect issuer. */
  oidcIssuerUrl?: pulumi.Input<string>;
  /** Ref of the project. */
  projectRef?: pulumi.Input<string>;
  /** When the keys were last fetched, ISO 8601. */
  resolvedAt?: pulumi.Input<string>;
  /** The keys in force, as JSON. */
  resolvedJwks?: pulumi.Input<string>;
  /** How long to wait for the keys. */
  timeouts?: pulumi.Input<inputs.ThirdPartyAuthTimeouts>;
  /** Kind of integration. */
  type?: pulumi.Input<string>;
  /** Last change, ISO 8601. */
  updatedAt?: pulumi.Input<string>;
}

/** What a {@link ThirdPartyAuth} is made from. */
export interface ThirdPartyAuthArgs {
  /** Public keys as a JWKS in JSON. */
  customJwks?: pulumi.Input<string>;
  /** Where the issuer publishes its JWKS. */
  jwksUrl?: pulumi.Input<string>;
  /** OpenID Connect issuer. */
  oidcIssuerUrl?: pulumi.Input<string>;
  /** Ref of the project. */
  projectRef: pulumi.Input<string>;
  /** How long to wait for the keys. */
  timeouts?: pulumi.Input<inputs.ThirdPartyAuthTimeouts>;
}
