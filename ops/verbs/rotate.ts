import { defineCommand } from "citty";
import pc from "picocolors";
import { RefusedError } from "../../catalog/problem.ts";
import { localDirectory, localPaths } from "../../local/paths.ts";
import { enginesEnded } from "../local/locks.ts";
import { LOCAL_STACK } from "../pulumi.ts";
import { rotatable, rotate, type Rotatable } from "../rotate/rotate.ts";
import { sure } from "../sure.ts";

export default defineCommand({
  meta: {
    name: "rotate",
    description:
      "Exchange a credential while everything runs: the new one first, then the switch, then the old one is revoked. Interrupted, the next run goes on.",
  },
  args: {
    what: {
      type: "positional",
      required: true,
      description:
        "r2: the functions' S3 credentials; database: its password; function-secrets: what they are called with",
      valueHint: rotatable.join("|"),
    },
    stack: {
      type: "string",
      required: true,
      description: "the stack: local, dev or prod",
      valueHint: "NAME",
    },
    overlap: {
      type: "string",
      description:
        "seconds that old and new are both valid; default: as long as a function's process and an address that it signed may live",
      valueHint: "SECONDS",
    },
    yes: { type: "boolean", alias: "y", description: "do not ask" },
    json: { type: "boolean", description: "print JSON: how it has ended" },
  },
  run: async ({ args }) => {
    const { stack, what, overlap } = checked(args);
    const rotated = await rotate({
      stack,
      what,
      ...(overlap !== undefined && { overlap }),
      // Of a stack in the clouds the engine's own lock tells, and the next run goes on.
      ...(stack === LOCAL_STACK && { beforeUpdate: () => enginesEnded(localPaths(localDirectory()).pulumi) }),
      sure: (summary) => sure("rotate", summary, args.yes ?? false),
    });
    if (!rotated) return;
    if (args.json) return console.log(JSON.stringify({ stack, what, ...rotated }, undefined, 2));
    const numbers = rotated.to === undefined ? "" : `: generation ${rotated.from} → ${rotated.to}`;
    const old = rotated.oldRefused === true ? "is refused" : "was revoked already";
    console.log(pc.green(`Exchanged${numbers}. The old one ${old}.`));
    if (what === "database") {
      console.log(
        `Whoever connects to it needs: npm run pulumi -- stack output databaseUrl --show-secrets -s ${stack}`,
      );
      console.log(
        `Had the old one leaked? What functions are called with may be derived from it: npm run rotate -- --stack ${stack} function-secrets`,
      );
    }
  },
});

function checked(args: { stack: string; what: string; overlap?: string; yes?: boolean }) {
  const problems = [];
  if (!rotatable.some((each) => each === args.what)) {
    problems.push({
      key: "what to exchange",
      value: args.what,
      limit: `it must be one of ${rotatable.join(", ")}`,
      fix: `npm run rotate -- --stack ${args.stack} r2`,
    });
  }
  const overlap = args.overlap === undefined ? undefined : Number(args.overlap);
  if (overlap !== undefined && !(Number.isInteger(overlap) && overlap >= 0 && overlap <= 86_400)) {
    problems.push({
      key: "--overlap",
      value: String(args.overlap),
      limit: "it must be whole seconds, a day at most",
      fix: "Leave it out for what is safe.",
    });
  }
  if (!args.yes && !process.stdin.isTTY) {
    problems.push({
      key: "--yes",
      value: "(missing)",
      limit: "there is no terminal to ask at",
      fix: "Add --yes to begin without being asked.",
    });
  }
  if (problems.length > 0) throw new RefusedError("rotate", problems);
  return { stack: args.stack, what: args.what as Rotatable, overlap };
}
