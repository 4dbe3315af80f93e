import { ApiError } from "../errors.ts";
import type { DatabaseFunction, Parameter, SchemaCache } from "../schema-cache.ts";
import { catalogText, identifier, join, nothing, parameter, sql, type Fragment } from "./fragment.ts";

/** What a function is called with: names, and the JSON object (or whole body) that holds the values. */
export interface CallArguments {
  readonly names: readonly string[];
  readonly json: string;
}

/**
 * The overload whose parameters are given: all required ones and no others; or one with a single unnamed `json`
 * parameter, which takes the whole body. Throws PGRST202 for none and PGRST203 for several.
 */
export function findFunction(
  cache: SchemaCache,
  schema: string,
  name: string,
  { names }: CallArguments,
  hasBody: boolean,
): DatabaseFunction {
  const overloads = cache.functions(schema, name);
  const matching = overloads.filter(({ parameters }) => {
    const known = new Set(parameters.map((declared) => declared.name));
    const complete = parameters.every((declared) => !declared.required || names.includes(declared.name));
    return complete && names.every((given) => known.has(given));
  });
  const found = matching.length
    ? matching
    : overloads.filter((overload) => hasBody && takesWholeBody(overload));
  if (found.length === 1) return found[0]!;
  if (found.length > 1) throw ambiguous(found);
  const given = names.length ? `(${names.join(", ")})` : " without parameters";
  const searched = names.length
    ? ` with parameter${names.length > 1 ? "s" : ""} ${names.join(", ")}`
    : " without parameters";
  const body = hasBody ? " or with a single unnamed json/jsonb parameter" : "";
  throw new ApiError(
    404,
    "PGRST202",
    `Could not find the function ${schema}.${name}${given} in the schema cache`,
    `Searched for the function ${schema}.${name}${searched}${body}, but no matches were found in the schema cache.`,
  );
}

/** The call as a select of its result rows; a scalar's column is called `_scalar`. */
export function callSql(called: DatabaseFunction, { names, json }: CallArguments): Fragment {
  const name = identifier(called.schema, called.name);
  const result = called.returns === "composite" ? sql`_call.*` : sql`_call as _scalar`;
  if (takesWholeBody(called) && !names.some((given) => given === called.parameters[0]!.name)) {
    const type = catalogText(called.parameters[0]!.type);
    return sql`select ${result} from ${name}(${parameter(json)}::${type}) as _call`;
  }
  const given = called.parameters.filter((declared) => names.includes(declared.name));
  if (!given.length) return sql`select ${result} from ${name}() as _call`;
  const record = join(
    given.map(({ name: key, type }) => sql`${identifier(key)} ${catalogText(type)}`),
    ", ",
  );
  const assigned = join(
    given.map((declared) => argumentSql(declared)),
    ", ",
  );
  return sql`select ${result} from json_to_record(${parameter(json)}::json) as _body (${record}), lateral ${name}(${assigned}) as _call`;
}

/** Arguments of a GET: text, from which Postgres makes the declared types; only a variadic parameter takes several. */
export function queryArguments(
  given: ReadonlyMap<string, readonly string[]>,
  overloads: readonly DatabaseFunction[],
): CallArguments {
  const variadic = new Set(
    overloads.flatMap(({ parameters }) =>
      parameters.filter((declared) => declared.variadic).map(({ name }) => name),
    ),
  );
  const values = [...given].map(([name, list]) => [name, variadic.has(name) ? list : list.at(-1)]);
  return { names: [...given.keys()], json: JSON.stringify(Object.fromEntries(values)) };
}

function argumentSql({ name, variadic }: Parameter): Fragment {
  return sql`${variadic ? sql`variadic ` : nothing}${identifier(name)} := _body.${identifier(name)}`;
}

function takesWholeBody({ parameters }: DatabaseFunction): boolean {
  const [only] = parameters;
  return parameters.length === 1 && only!.name === "" && (only!.type === "json" || only!.type === "jsonb");
}

function ambiguous(found: readonly DatabaseFunction[]): ApiError {
  const signatures = found.map(
    ({ schema, name, parameters }) =>
      `${schema}.${name}(${parameters.map((declared) => `${declared.name} => ${declared.type}`).join(", ")})`,
  );
  return new ApiError(
    300,
    "PGRST203",
    `Could not choose the best candidate function between: ${signatures.join(", ")}`,
    null,
    "Try renaming the parameters or the function itself in the database so function overloading can be resolved",
  );
}
