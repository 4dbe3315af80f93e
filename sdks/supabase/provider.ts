import * as pulumi from "@pulumi/pulumi";
import * as utilities from "./utilities.ts";

/** The Supabase provider with a configuration of its own; without one, resources use the stack's `supabase:*`. */
export class Provider extends pulumi.ProviderResource {
  /** @internal */
  public static readonly __pulumiType = "supabase";

  /** True for an instance of this provider, even one made by another copy of the SDK. */
  public static override isInstance(obj: unknown): obj is Provider {
    return utilities.isResource(obj, `pulumi:providers:${Provider.__pulumiType}`);
  }

  /** Personal access token of the Management API. */
  declare public readonly accessToken: pulumi.Output<string | undefined>;
  /** Base URL of the Management API. */
  declare public readonly endpoint: pulumi.Output<string | undefined>;

  /**
   * @param name Unique name within the program.
   * @param args How to reach the Management API.
   * @param opts How the engine treats it.
   */
  constructor(name: string, args?: ProviderArgs, opts: pulumi.ResourceOptions = {}) {
    const properties: pulumi.Inputs = {
      accessToken: args?.accessToken === undefined ? undefined : pulumi.secret(args.accessToken),
      endpoint: args?.endpoint,
    };
    const defaults = utilities.resourceOptsDefaults();
    const secrets = { additionalSecretOutputs: ["accessToken"] };
    super(
      Provider.__pulumiType,
      name,
      properties,
      pulumi.mergeOptions(pulumi.mergeOptions(defaults, opts), secrets),
      false,
      utilities.getPackage(),
    );
  }

  /** The configuration under Terraform's names, for the Terraform module provider. */
  terraformConfig(): pulumi.Output<{ result: { [key: string]: unknown } }> {
    return pulumi.runtime.call(
      "pulumi:providers:supabase/terraformConfig",
      { __self__: this },
      this,
      utilities.getPackage(),
    );
  }
}

/** What a {@link Provider} is made from. */
export interface ProviderArgs {
  /** Personal access token of the Management API. Default: `SUPABASE_ACCESS_TOKEN`. */
  accessToken?: pulumi.Input<string>;
  /** Base URL of the Management API. Default: Supabase's own. */
  endpoint?: pulumi.Input<string>;
}
