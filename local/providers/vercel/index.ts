import { deployment } from "./deployment.ts";
import { environmentVariable } from "./environment-variable.ts";
import { getFile, getPrebuiltProject, getProjectDirectory } from "./lookups.ts";
import { projectDomain } from "./project-domain.ts";
import { project } from "./project.ts";

export const vercelBehaviours = [project, projectDomain, environmentVariable, deployment];
export const vercelLookups = [getProjectDirectory, getPrebuiltProject, getFile];
