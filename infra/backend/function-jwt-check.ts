import type * as pulumi from "@pulumi/pulumi";
import { ManagementResource, type ManagementResourceArgs } from "./management-resource.ts";

export interface FunctionJwtCheckArgs extends ManagementResourceArgs {
  slug: string;
  /** Whether the platform refuses requests without a token it can verify before the function runs. */
  verifyJwt: boolean;
  /** The deployed bundle's SHA-256: a new one sets the check again. */
  bundle: string;
}

/** Whether the platform checks the caller's token. The Terraform provider cannot set it. */
export class FunctionJwtCheck extends ManagementResource {
  constructor(name: string, args: FunctionJwtCheckArgs, opts?: pulumi.CustomResourceOptions) {
    super("FunctionJwtCheck", "functionJwtCheck", name, args, opts);
  }
}
