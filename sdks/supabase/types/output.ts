/** Claims of the JWT behind a secret key. */
export interface ApikeySecretJwtTemplate {
  /** Postgres role. */
  role: string;
}

/** How to reach a branch's database. */
export interface BranchDatabase {
  /** Host name. */
  host: string;
  /** Ref of the branch. */
  id: string;
  /** Secret that signs the branch's JWTs. */
  jwtSecret: string;
  /** Password of the user. */
  password: string;
  /** TCP port. */
  port: number;
  /** State of the branch. */
  status: string;
  /** Postgres role. */
  user: string;
  /** Postgres version. */
  version: string;
}

/** One environment secret. */
export interface EdgeFunctionSecretsSecret {
  /** Name of the variable; not starting with `SUPABASE_`. */
  name: string;
  /** Its value. */
  value: string;
}

/** Go durations, such as `10m`. */
export interface ProjectTimeouts {
  /** Longest wait for creation. */
  create?: string;
  /** Longest wait for a change. */
  update?: string;
}

/** Go durations, such as `10m`. */
export interface SettingsTimeouts {
  /** Longest wait for creation. */
  create?: string;
  /** Longest wait for a change. */
  update?: string;
}

/** Go durations, such as `10m`. */
export interface ThirdPartyAuthTimeouts {
  /** Longest wait for creation. */
  create?: string;
}

/** A secret API key. */
export interface GetApikeysSecretKey {
  /** The key itself. */
  apiKey: string;
  /** Its name. */
  name: string;
}

/** A preview branch. */
export interface GetBranchBranch {
  /** Git branch it follows. */
  gitBranch: string;
  /** Id of the branch. */
  id: string;
  /** Ref of the branch's own project. */
  projectRef: string;
}
