import * as pulumi from "@pulumi/pulumi";
import * as vercel from "@pulumiverse/vercel";
import { fromProgram } from "../paths.ts";
import { builtApp } from "./build-app.ts";

export interface WebArgs {
  /** The Vercel project's name. */
  projectName: string;
  /** Vercel's team id; absent for a personal account. */
  teamId?: string;
  /** The app's host, such as `app.lavlay.com`. */
  host: string;
  /** What the app is built with. All of it is public: it ends up in the pages. */
  environment: Record<string, pulumi.Input<string>>;
}

/** The web app on Vercel: built here with the stack's addresses, deployed as a directory of files. */
export class Web extends pulumi.ComponentResource {
  constructor(name: string, args: WebArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lavlay:web:Web", name, {}, opts);
    const { teamId } = args;
    const parent = { parent: this };

    const project = new vercel.Project(`${name}-project`, { name: args.projectName, teamId }, parent);
    const variables = Object.entries(args.environment).map(
      ([key, value]) =>
        new vercel.ProjectEnvironmentVariable(
          `${name}-${key.toLowerCase().replaceAll("_", "-")}`,
          { projectId: project.id, teamId, key, value, targets: ["production"], sensitive: false },
          // Vercel refuses a second variable of the same name, so the old one goes first.
          { parent: this, deleteBeforeReplace: true },
        ),
    );
    const domain = new vercel.ProjectDomain(
      `${name}-domain`,
      { projectId: project.id, teamId, domain: args.host },
      parent,
    );

    const files = builtFiles(args.environment, { parent: this });
    new vercel.Deployment(
      `${name}-deployment`,
      {
        projectId: project.id,
        teamId,
        production: true,
        files: files.apply((directory) => directory.files),
        pathPrefix: files.apply((directory) => directory.path),
        deleteOnDestroy: true,
      },
      { parent: this, dependsOn: [domain, ...variables] },
    );
    this.registerOutputs({});
  }
}

/**
 * The app's files, built if this very app was not built before. It runs at every preview, on any machine: what is
 * deployed is compared by content, so an unchanged app stays deployed as it is.
 */
function builtFiles(environment: WebArgs["environment"], opts: pulumi.InvokeOptions) {
  const built = pulumi.output(environment).apply((known) => builtApp(known));
  return vercel.getProjectDirectoryOutput({ path: built.apply(fromProgram) }, opts);
}
