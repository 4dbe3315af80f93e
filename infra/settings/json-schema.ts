import { z } from "zod";
import { secretKeys, stackSchema } from "./schema.ts";

/**
 * The JSON Schema of a stack's YAML, for editors. It is kept in `stack.schema.json`; after a change of the settings,
 * write it again with `node --import tsx infra/settings/write-json-schema.ts`.
 */
export function jsonSchema(): object {
  const { properties, required } = z.toJSONSchema(stackSchema, { io: "input" }) as {
    properties: Record<string, object>;
    required: string[];
  };
  const named = Object.entries(properties).map(([name, schema]) => [
    `lavlay:${name}`,
    secretKeys.has(name) ? encrypted(schema) : schema,
  ]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "A stack of LavLay",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: Object.fromEntries(named) as object,
        // A secret may be set later, so an editor does not ask for it.
        required: required.filter((name) => !secretKeys.has(name)).map((name) => `lavlay:${name}`),
        // Keys of other namespaces belong to the providers.
        patternProperties: { "^(?!lavlay:)": {} },
        additionalProperties: false,
      },
    },
  };
}

/** As the engine writes a secret into the YAML. */
function encrypted(schema: object): object {
  return {
    description: (schema as { description?: string }).description,
    type: "object",
    properties: { secure: { type: "string" } },
    required: ["secure"],
    additionalProperties: false,
  };
}
