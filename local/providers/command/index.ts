import { randomBytes } from "node:crypto";
import type { Problem } from "../../../catalog/problem.ts";
import type { Behaviour, Lookup } from "../behaviour.ts";
import type { Values } from "../marshal.ts";
import { runCommand } from "./run.ts";

const notImitated = [
  "assetPaths and archivePaths: refused",
  "output shown while the command runs: it is there when it has ended",
];

/** A command of this machine, run when it is made, changed and taken away. */
const command: Behaviour = {
  token: "command:local:Command",
  notImitated,
  changing: ["stdout", "stderr"],
  problems: (_context, inputs) => pathProblems(inputs),
  async apply({ hooks }, { inputs, id, urn, state }) {
    const text = id === undefined ? inputs["create"] : (inputs["update"] ?? inputs["create"]);
    const values = id === undefined ? inputs : withPrevious(inputs, state);
    const name = urn.split("::").at(-1) ?? "command";
    const output =
      typeof text === "string"
        ? await runCommand(text, values, hooks.projectRoot)
        : { stdout: state["stdout"] ?? "", stderr: state["stderr"] ?? "" };
    return { id: id ?? `${name}${randomBytes(4).toString("hex")}`, outputs: { ...output } };
  },
  observe: (_context, _id, state) => state,
  async remove({ hooks }, _id, state) {
    const text = state["delete"];
    if (typeof text === "string") await runCommand(text, withPrevious(state, state), hooks.projectRoot);
  },
};

/** A command whose output the program reads, at previews too. */
const run: Lookup = {
  token: "command:local:run",
  notImitated,
  async answer({ hooks }, inputs) {
    return { ...inputs, ...(await runCommand(String(inputs["command"]), inputs, hooks.projectRoot)) };
  },
};

/** An update and a deletion may read what the last run said. */
function withPrevious(inputs: Values, state: Values): Values {
  if (inputs["addPreviousOutputInEnv"] === false) return inputs;
  const { stdout = "", stderr = "" } = state;
  const environment = {
    PULUMI_COMMAND_STDOUT: stdout,
    PULUMI_COMMAND_STDERR: stderr,
    ...(inputs["environment"] as Values | undefined),
  };
  return { ...inputs, environment };
}

function pathProblems(inputs: Values): Problem[] {
  return ["assetPaths", "archivePaths"]
    .filter((key) => inputs[key] !== undefined)
    .map((key) => ({
      key,
      value: "given",
      limit: "the local target does not collect files of a command",
      fix: "Read the files in the program instead",
    }));
}

export const commandBehaviours = [command];
export const commandLookups = [run];
