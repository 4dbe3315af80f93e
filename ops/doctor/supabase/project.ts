import { about, fail, ok, warn, type Answer, type Check } from "../finding.ts";
import { adoptedId, existingAnswer } from "../conflict.ts";
import type { Subject } from "../subject.ts";
import type { Project } from "./access.ts";

const projectType = "supabase:index/project:Project";

/** The project: another's in the way, or its own asleep or elsewhere. */
export const projectChecks: readonly Check<Subject>[] = [
  { area: "Supabase", what: "project", run: projectAnswers },
];

/** The stack's own project, else the one that it takes over, or that has its name. @throws VendorRefusal or CannotTell */
export async function projectOf({
  settings,
  supabase,
  engine,
  planned,
}: Subject): Promise<Project | undefined> {
  const [projects, state, { resources }] = await Promise.all([
    supabase.projects(),
    engine.state(),
    planned(),
  ]);
  const own =
    state.resources.find(({ type }) => type === projectType)?.id ??
    adoptedId(settings, resources, projectType);
  const name = resources.find(({ type }) => type === projectType)?.inputs["name"];
  return projects.find(({ id }) => id === own) ?? projects.find((project) => project.name === name);
}

async function projectAnswers(subject: Subject): Promise<Answer[]> {
  const { stack, settings, engine } = subject;
  const project = await projectOf(subject);
  const state = await engine.state();
  if (!project) {
    const own = state.resources.find(({ type }) => type === projectType);
    if (!own) return [ok("none yet")];
    return [
      fail(
        `the stack's project ${own.id} is not in the organisation ${settings.supabase.organizationId}`,
        `It was deleted or moved. Restore it, or take it out of the state: pulumi state delete '${own.urn}' -s ${stack}`,
      ),
    ];
  }
  const { id, name, region } = project;
  const answers = [
    await existingAnswer(subject, {
      type: projectType,
      known: { id },
      name: `the project ${name} (${id})`,
      orElse: "rename it in Supabase's dashboard under Project Settings.",
    }),
    about("project status", statusAnswer(project)),
  ];
  if (region !== settings.supabase.region) {
    answers.push(
      about(
        "project region",
        fail(
          `${name} is in ${region}, the stack declares ${settings.supabase.region}, and a project cannot move`,
          `pulumi config set --path 'lavlay:supabase.region' ${region} -s ${stack}`,
        ),
      ),
    );
  }
  return answers;
}

function statusAnswer({ id, status }: Project): Answer {
  if (status === "ACTIVE_HEALTHY") return ok("active and healthy");
  const open = `https://supabase.com/dashboard/project/${id}`;
  if (status === "INACTIVE" || status === "PAUSING") {
    return fail(
      `it is paused (${status}): it answers nobody, and nothing can be changed`,
      `Restore it at ${open}; Supabase Free pauses after seven idle days.`,
    );
  }
  if (status === "COMING_UP" || status === "RESTORING" || status === "RESTARTING" || status === "UPGRADING") {
    return warn(`it is not ready yet (${status})`, `Wait until ${open} says that it is healthy.`);
  }
  return fail(`it is ${status}`, `Look at ${open}, and at https://status.supabase.com.`);
}
