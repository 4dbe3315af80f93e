import { closest } from "../closest.ts";
import type { Problem } from "../problem.ts";
import { showValue } from "../validate.ts";
import { hostName } from "./r2.ts";
import { all, isGiven, objectAt, stringsAt, text, type Rule } from "./rule.ts";
import { frameworks, regions } from "./vercel-values.ts";

const oneOf = (known: readonly string[], what: string, see: string) => (value: string) => {
  if (known.includes(value)) return undefined;
  const meant = closest(value, known);
  return {
    limit: `Vercel knows no such ${what}`,
    fix: meant ? `Did you mean ${meant}?` : `Take one of ${known.join(", ")}`,
    see,
  };
};
const framework = oneOf(frameworks, "framework", "https://vercel.com/docs/frameworks");
const region = oneOf(regions, "region", "https://vercel.com/docs/regions");

const functionRegions: Rule = (inputs) =>
  stringsAt(objectAt(inputs, "resourceConfig"), "functionDefaultRegions").flatMap(({ at, item }) => {
    const problem = region(item);
    return problem ? [{ key: `resourceConfig.${at}`, value: showValue(item), ...problem }] : [];
  });

const exclusive =
  (first: string, second: string): Rule =>
  (inputs) =>
    isGiven(inputs, first) && isGiven(inputs, second) ? [conflict(second, first)] : [];

const conflict = (key: string, other: string): Problem => ({
  key,
  value: "given",
  limit: `${other} is given already`,
  fix: "Give one of the two",
});

const project = all(
  text("framework", framework),
  text("serverlessFunctionRegion", region),
  functionRegions,
  exclusive("enablePreviewFeedback", "previewComments"),
  (inputs) =>
    isGiven(inputs, "serverlessFunctionRegion") &&
    isGiven(objectAt(inputs, "resourceConfig"), "functionDefaultRegions")
      ? [conflict("serverlessFunctionRegion", "resourceConfig.functionDefaultRegions")]
      : [],
);

const variablesSee = "https://vercel.com/docs/environment-variables";

const environmentVariable: Rule = (inputs) => {
  const problems: Problem[] = [];
  const refuse = (key: string, value: string, limit: string, fix: string) =>
    problems.push({ key, value, limit, fix, see: variablesSee });
  const { key, sensitive } = inputs;
  if (typeof key === "string" && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key))
    refuse("key", key, "a name is letters, digits and underscores, not starting with a digit", "Rename it");
  if (!isGiven(inputs, "value") && !isGiven(inputs, "valueWo"))
    refuse("value", "missing", "one of value and valueWo is needed", "Give one of the two");
  if (!isGiven(inputs, "targets") && !isGiven(inputs, "customEnvironmentIds"))
    refuse(
      "targets",
      "missing",
      "targets or customEnvironmentIds is needed",
      'Give targets, such as ["production"]',
    );
  const development = stringsAt(inputs, "targets").some(({ item }) => item === "development");
  if (development && sensitive === true)
    refuse(
      "sensitive",
      "true",
      "a variable of the target development cannot be sensitive",
      "Set sensitive to false",
    );
  return problems;
};

const deployment: Rule = (inputs) => {
  if (isGiven(inputs, "files") || isGiven(inputs, "ref")) return [];
  return [
    {
      key: "files",
      value: "missing",
      limit: "a deployment is made from files or from a git ref",
      fix: "Give files, as vercel.getProjectDirectory lists them",
    },
  ];
};

/** Checks of Vercel's resources beyond their schemas. */
export const vercelRules: Readonly<Record<string, Rule>> = {
  "vercel:index/project:Project": project,
  "vercel:index/projectDomain:ProjectDomain": all(
    text("domain", hostName),
    exclusive("customEnvironmentId", "gitBranch"),
  ),
  "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable": all(
    environmentVariable,
    exclusive("value", "valueWo"),
  ),
  "vercel:index/deployment:Deployment": all(deployment, exclusive("files", "ref")),
};
