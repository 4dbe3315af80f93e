import type { Problem } from "../../../catalog/problem.ts";
import type { Context } from "../behaviour.ts";
import type { Values } from "../marshal.ts";

/** Accounts and zones exist before anything is declared: an id that is none of them is refused at once. */
export function accountProblems({ store }: Context, inputs: Values): Problem[] {
  const cloudflare = store.collection("accounts").get("accounts")?.cloudflare;
  if (!cloudflare) return [];
  const zones = cloudflare.zones.map(({ id, name }) => `${id} (${name})`).join(", ");
  return [
    ...unknownId(inputs, "accountId", [cloudflare.accountId], cloudflare.accountId),
    ...unknownId(
      inputs,
      "zoneId",
      cloudflare.zones.map(({ id }) => id),
      zones,
    ),
  ];
}

function unknownId(inputs: Values, key: string, known: readonly string[], shown: string): Problem[] {
  const id = inputs[key];
  if (typeof id !== "string" || known.includes(id)) return [];
  return [
    {
      key,
      value: id,
      limit: `Cloudflare's local stand-in has only ${shown}`,
      fix: "Take that id, as Pulumi.local.yaml has it",
    },
  ];
}
