import { errorResponse, HttpError, requestIdOf } from "./http.ts";
import { log } from "./log.ts";
import { Variables } from "./variables.ts";

type Handler = (request: Request) => Promise<Response>;

/**
 * Serves what `create` makes of the function's variables. Where one is missing or wrong every request is answered 500
 * `misconfigured`, and the log says which.
 */
export function serve(create: (variables: Variables) => Handler): void {
  const variables = new Variables((name) => Deno.env.get(name));
  const handle = create(variables);
  if (variables.problems.length === 0) {
    Deno.serve(handle);
    return;
  }
  log("error", "misconfigured", { problems: variables.problems });
  const misconfigured = new HttpError(
    500,
    "misconfigured",
    "This is not set up. Tell whoever runs this site.",
  );
  Deno.serve((request) => errorResponse(misconfigured, requestIdOf(request)));
}
