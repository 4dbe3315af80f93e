import type { MoveArguments, Setting } from "./arguments.ts";
import type { Move } from "./move.ts";

/** The steps from here, in order. */
export function goOn(move: Move, args: MoveArguments): string[] {
  const { verb, stack, target, refused, effect } = move;
  if (refused.length > 0) {
    return [
      "Do what each refusal says. What is missing in the YAML can be given along: --set 'KEY=VALUE'; --set KEY= takes a key out.",
      `Then: ${command(move, args)}`,
    ];
  }
  const has = (when: string) => effect?.byHand.some((step) => step.when === when);
  const engine = target.kind === "local" ? "npm run pulumi -- " : "pulumi ";
  const steps = [
    ...(has("before up") ? ["Do the steps by hand above that come before `up`, and check each."] : []),
    ...(verb === "demote" && effect?.leavings.some(({ how }) => how === "goes")
      ? ["Read again what goes, and choose the hour."]
      : []),
    args.write ? undefined : `Write the YAML: ${command(move, args)} --write`,
    "See it as a reviewer does, and have it reviewed: npm run review -- --base HEAD",
    `See it as the engine does: ${engine}preview -s ${stack}`,
    `Apply it: ${engine}up -s ${stack}`,
    ...(has("after up")
      ? ["Do the steps by hand above that come after `up`, in their order, and check each."]
      : []),
  ];
  return steps.filter((step) => step !== undefined).map((step, index) => `${index + 1}. ${step}`);
}

/** The command that was given, as it can be given again. */
function command({ verb, stack, to }: Move, { set, accept }: MoveArguments): string {
  return [
    `npm run ${verb} -- --stack ${stack} --to ${to}`,
    ...set.map((setting) => `--set ${quoted(setting)}`),
    ...accept.map((loss) => `--accept ${loss}`),
  ].join(" ");
}

function quoted({ key, value }: Setting): string {
  const text = value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
  const word = `${key}=${text}`;
  return /^[\w:.=/@-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
