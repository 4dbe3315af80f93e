import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { jsonSchema } from "./json-schema.ts";

writeFileSync(join(__dirname, "stack.schema.json"), `${JSON.stringify(jsonSchema(), undefined, 2)}\n`);
