import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { join } from "node:path";
import { fromProgram, projectRoot } from "../paths.ts";
import { foldersWithout } from "./folders.ts";
import { hashOfMigrations } from "./migrations.ts";

export interface DatabaseArgs {
  /** Of a connection that keeps its session, with the password in it. Only ever in a secret environment. */
  connectionString: pulumi.Input<string>;
  /** Folders of `sql/`, such as `["baseline", "free"]`. */
  folders: readonly string[];
}

/**
 * The schema: the SQL of those folders, applied in order whenever it changes. What other tiers' folders made is undone
 * where it has a way down; nothing is undone when the component goes.
 */
export class Database extends pulumi.ComponentResource {
  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lavlay:database:Database", name, {}, opts);
    const directories = args.folders.map((folder) => `sql/${folder}`);
    const leaving = foldersWithout(args.folders).map((folder) => `sql/${folder}`);
    const absolute = (paths: readonly string[]) => paths.map((path) => join(projectRoot, path));

    new command.local.Command(
      `${name}-migrations`,
      {
        // Relative, so that the state is the same on every machine.
        dir: fromProgram(""),
        create: [
          "node --import tsx infra/database/migrate.ts",
          ...directories.map((directory) => `--dir ${directory}`),
          ...leaving.map((directory) => `--leave ${directory}`),
        ].join(" "),
        environment: { DATABASE_URL: pulumi.secret(args.connectionString) },
        triggers: [hashOfMigrations(absolute(directories), absolute(leaving))],
        // No `update`: then `create` runs again, which is right for a new address. No `delete`: a trigger replaces the
        // command, and deleting the old one must not touch the data.
      },
      { parent: this, additionalSecretOutputs: ["stdout", "stderr"] },
    );
    this.registerOutputs({});
  }
}
