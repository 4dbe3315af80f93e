import type * as pulumi from "@pulumi/pulumi";

/** Claims of the JWT behind a secret key. */
export interface ApikeySecretJwtTemplate {
  /** Postgres role. */
  role?: pulumi.Input<string>;
}

/** How to reach a branch's database. */
export interface BranchDatabase {
  /** Host name. */
  host?: pulumi.Input<string>;
  /** Ref of the branch. */
  id?: pulumi.Input<string>;
  /** Secret that signs the branch's JWTs. */
  jwtSecret?: pulumi.Input<string>;
  /** Password of the user. */
  password?: pulumi.Input<string>;
  /** TCP port. */
  port?: pulumi.Input<number>;
  /** State of the branch. */
  status?: pulumi.Input<string>;
  /** Postgres role. */
  user?: pulumi.Input<string>;
  /** Postgres version. */
  version?: pulumi.Input<string>;
}

/** One environment secret. */
export interface EdgeFunctionSecretsSecret {
  /** Name of the variable; not starting with `SUPABASE_`. */
  name: pulumi.Input<string>;
  /** Its value. */
  value: pulumi.Input<string>;
}

/** Go durations, such as `10m`. */
export interface ProjectTimeouts {
  /** Longest wait for creation. */
  create?: pulumi.Input<string>;
  /** Longest wait for a change. */
  update?: pulumi.Input<string>;
}

/** Go durations, such as `10m`. */
export interface SettingsTimeouts {
  /** Longest wait for creation. */
  create?: pulumi.Input<string>;
  /** Longest wait for a change. */
  update?: pulumi.Input<string>;
}

/** Go durations, such as `10m`. */
export interface ThirdPartyAuthTimeouts {
  /** Longest wait for creation. */
  create?: pulumi.Input<string>;
}
