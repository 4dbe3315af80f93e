import type { Entry } from "./catalog.ts";
import { closest } from "./closest.ts";
import type { Problem } from "./problem.ts";
import { itemType, type Properties, type PropertySchema, type TypeSchema } from "./schema.ts";
import { unknown } from "./unknown.ts";

type Values = Readonly<Record<string, unknown>>;

/**
 * Everything wrong with a resource's inputs by the provider's own schema: unknown names, missing values, types, enums,
 * ranges, and parameters under another action; nested ones too. Values that only the apply will tell are passed over.
 */
export function validateInputs(entry: Entry, inputs: Values): Problem[] {
  return validateProperties(entry.inputs, entry.types, inputs);
}

/** The same for a provider's configuration. */
export function validateProperties(
  properties: Properties,
  types: Readonly<Record<string, TypeSchema>>,
  values: Values,
): Problem[] {
  const problems: Problem[] = [];
  checkObject({ properties, types, problems }, values, "", {});
  return problems;
}

interface Check {
  readonly properties: Properties;
  readonly types: Readonly<Record<string, TypeSchema>>;
  readonly problems: Problem[];
}

function checkObject(check: Check, values: Values, path: string, parent: Values): void {
  const { properties, problems } = check;
  for (const [name, value] of Object.entries(values)) {
    const key = path ? `${path}.${name}` : name;
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (value === undefined || value === null) continue;
    if (!schema) {
      problems.push(unknownName(key, name, Object.keys(properties)));
    } else {
      checkAction(check, schema, key, parent);
      checkValue(check, schema, value, key, values);
    }
  }
  for (const [name, schema] of Object.entries(properties)) {
    if (!schema.required || (values[name] !== undefined && values[name] !== null)) continue;
    problems.push({
      key: path ? `${path}.${name}` : name,
      value: "missing",
      limit: "it is required",
      fix: `Give ${name}${schema.enum ? `: ${schema.enum.join(", ")}` : ""}`,
    });
  }
}

function unknownName(key: string, name: string, known: readonly string[]): Problem {
  const meant = closest(name, known);
  return {
    key,
    value: "given",
    limit: "the provider knows no such property",
    fix: meant ? `Did you mean ${meant}?` : `Leave it out; known are ${known.join(", ")}`,
  };
}

/** Such as cache parameters under a rule that does not set the cache. */
function checkAction({ problems }: Check, schema: PropertySchema, key: string, rule: Values): void {
  const action = rule["action"];
  if (!schema.onlyForAction || typeof action !== "string" || schema.onlyForAction.includes(action)) return;
  const allowed = schema.onlyForAction.join(" or ");
  problems.push({
    key,
    value: `given under action ${action}`,
    limit: `it may stand only under action ${allowed}`,
    fix: `Set the rule's action to ${allowed}, or leave it out`,
  });
}

function checkValue(check: Check, schema: PropertySchema, value: unknown, key: string, parent: Values): void {
  if (value === unknown || value === null || value === undefined) return;
  const nested = check.types[schema.type];
  const items = itemType(schema.type);
  if (items) return checkItems(check, schema, items, value, key, parent);
  if (nested && "properties" in nested) {
    if (!isObject(value)) return wrongType(check, schema, value, key, "an object");
    return checkObject({ ...check, properties: nested.properties }, value, key, parent);
  }
  const plain: PropertySchema = nested ? { ...schema, type: nested.type, enum: nested.enum } : schema;
  const expected = expectedType(plain.type, value);
  if (expected) return wrongType(check, schema, value, key, expected);
  checkLimits(check, plain, value, key);
}

function checkItems(
  check: Check,
  schema: PropertySchema,
  { container, item }: { container: "list" | "map"; item: string },
  value: unknown,
  key: string,
  parent: Values,
): void {
  const isList = Array.isArray(value);
  if (container === "list" ? !isList : !isObject(value)) {
    return wrongType(check, schema, value, key, container === "list" ? "a list" : "a map");
  }
  const itemSchema: PropertySchema = { type: item, enum: schema.itemEnum, secret: schema.secret };
  const entries = Object.entries(value as object) as [string, unknown][];
  for (const [index, found] of entries) {
    checkValue(check, itemSchema, found, isList ? `${key}[${index}]` : `${key}["${index}"]`, parent);
  }
  const { minItems = 0, maxItems = Infinity } = schema;
  if (entries.length < minItems || entries.length > maxItems) {
    check.problems.push({
      key,
      value: `${entries.length} items`,
      limit: entries.length < minItems ? `at least ${minItems} needed` : `at most ${maxItems} allowed`,
      fix: entries.length < minItems ? "Add what is missing, or leave it out" : "Take some out",
    });
  }
}

function checkLimits({ problems }: Check, schema: PropertySchema, value: unknown, key: string): void {
  const shown = showValue(value, schema);
  const refuse = (limit: string, fix: string) => problems.push({ key, value: shown, limit, fix });
  if (schema.enum && !schema.enum.includes(value as string)) {
    const meant = closest(String(value), schema.enum.map(String));
    const allowed = schema.enum.join(", ");
    refuse(`allowed are ${allowed}`, meant ? `Did you mean ${meant}?` : "Take one of them");
  }
  if (typeof value === "string") checkText(schema, value, refuse);
  if (typeof value === "number") {
    if (schema.minimum !== undefined && value < schema.minimum)
      refuse(`at least ${schema.minimum} is needed`, `Set it to ${schema.minimum} or more`);
    if (schema.maximum !== undefined && value > schema.maximum)
      refuse(`at most ${schema.maximum} is allowed`, `Set it to ${schema.maximum} or less`);
  }
}

function checkText(schema: PropertySchema, text: string, refuse: (limit: string, fix: string) => void): void {
  const { minLength = 0, maxLength = Infinity } = schema;
  if (text.length < minLength) refuse(`at least ${minLength} characters are needed`, "Give a longer text");
  if (text.length > maxLength) refuse(`at most ${maxLength} characters are allowed`, "Shorten it");
  if (schema.pattern && !schema.enum && !new RegExp(schema.pattern).test(text))
    refuse(`it must be ${schema.form ?? schema.pattern}`, "Correct it");
  if (schema.json && !isJson(text)) refuse("it must be JSON", "Write it with JSON.stringify");
}

function wrongType(
  { problems }: Check,
  schema: PropertySchema,
  value: unknown,
  key: string,
  expected: string,
): void {
  problems.push({
    key,
    value: showValue(value, schema),
    limit: `it must be ${expected}`,
    fix: `Give ${expected}`,
  });
}

/** What was expected instead, in words; undefined when the value fits. */
function expectedType(type: string, value: unknown): string | undefined {
  switch (type) {
    case "string":
      return typeof value === "string" ? undefined : "a string";
    case "number":
      return typeof value === "number" ? undefined : "a number";
    case "integer":
      return Number.isInteger(value) ? undefined : "a whole number";
    case "boolean":
      return typeof value === "boolean" ? undefined : "true or false";
    default:
      return undefined;
  }
}

/** A value as it may be printed: never a secret, never a screenful. */
export function showValue(value: unknown, schema: Pick<PropertySchema, "secret"> = {}): string {
  if (schema.secret) return "[secret]";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
