/** What several verbs take, for citty. */

export const stack = {
  type: "string",
  required: true,
  description: "the stack: local, dev or prod",
  valueHint: "NAME",
} as const;

export const yes = { type: "boolean", alias: "y", description: "do not ask" } as const;

/** @param what is in it, where that is not what is printed otherwise */
export const json = (what?: string) =>
  ({ type: "boolean", description: what === undefined ? "print JSON" : `print JSON: ${what}` }) as const;

/** Of promote and demote. */
export const moveOptions = {
  stack,
  to: { type: "string", required: true, description: "the tier to go to", valueHint: "TIER" },
  set: {
    type: "string",
    description:
      "a key to set along with the tier, such as 'lavlay:monitoring.emails=[\"ops@lavlay.com\"]'; KEY= takes it out; may be given more than once",
    valueHint: "KEY=VALUE",
  },
  write: { type: "boolean", description: "write the stack's YAML; without it nothing is touched" },
  json: json("the same as data"),
  verbose: { type: "boolean", description: "print every property of every change, and every statement" },
} as const;
