import * as pulumi from "@pulumi/pulumi";
import * as supabase from "@pulumi/supabase";
import { fromProgram, projectRoot } from "../paths.ts";
import { bundleFunction } from "./bundle.ts";
import { FunctionJwtCheck } from "./function-jwt-check.ts";

export interface DeployedFunctionArgs {
  projectRef: pulumi.Input<string>;
  /** The function's folder in `functions/`, and its name in the address. */
  slug: string;
  /** Supabase's Management API. */
  endpoint: string;
}

/** An edge function, deployed as one self-contained file: no import map and no parent folders to go wrong. */
export class DeployedFunction extends pulumi.ComponentResource {
  constructor(name: string, args: DeployedFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lavlay:backend:DeployedFunction", name, {}, opts);
    const { projectRef, slug } = args;
    const bundle = bundleFunction({ slug, root: projectRoot });

    const deployed = new supabase.EdgeFunction(
      name,
      { projectRef, slug, name: slug, entrypoint: fromProgram(bundle.entrypoint) },
      // A project has one function of a name: made first, the new one would go with the old.
      { parent: this, deleteBeforeReplace: true },
    );
    // A deployment may turn the platform's check back on, so it is set again whenever the bundle changes. The function
    // verifies the token itself: the platform cannot check tokens signed with the project's asymmetric keys.
    new FunctionJwtCheck(
      `${name}-jwt-check`,
      { endpoint: args.endpoint, projectRef, slug, verifyJwt: false, bundle: bundle.sha256 },
      { parent: this, dependsOn: [deployed] },
    );
    this.registerOutputs({});
  }
}
