import { dirname } from "node:path";
import { x } from "tinyexec";
import { readStackFile } from "../../infra/settings/stack-file.ts";
import { pulumiEnvironment } from "../pulumi.ts";
import { projectRoot } from "../root.ts";
import { checks } from "./checks.ts";
import { diagnose } from "./diagnose.ts";
import type { PulumiCli } from "./engine.ts";
import type { Finding } from "./finding.ts";
import { installedTools } from "./installed.ts";
import { subjectOf } from "./subject.ts";

const CLI_LIMIT_MS = 60_000;

/**
 * Looks at everything that an update of that stack needs. Reads alone.
 * @throws RefusedError for an unknown stack, and for `local` where the local target does not run
 */
export async function examineStack(stack: string): Promise<Finding[]> {
  const file = readStackFile(projectRoot, stack);
  const { tools, pulumi } = await installedTools();
  const environment = await pulumiEnvironment({
    stack,
    engine: { directory: pulumi ? dirname(pulumi) : "" },
    // Without a configuration file: a look must not give the stand-ins other vendors' plans.
    configFile: "",
  });
  const subject = subjectOf({
    stack,
    file,
    environment,
    tools,
    pulumi: pulumi ? cliAt(pulumi, environment) : undefined,
  });
  return diagnose(subject, checks);
}

function cliAt(pulumi: string, environment: NodeJS.ProcessEnv): PulumiCli {
  const env = { ...environment, PULUMI_SKIP_UPDATE_CHECK: "1" };
  return async (args) => {
    const { exitCode, stdout, stderr } = await x(pulumi, [...args], {
      timeout: CLI_LIMIT_MS,
      nodeOptions: { cwd: projectRoot, env },
    });
    return { exitCode, stdout, stderr };
  };
}
