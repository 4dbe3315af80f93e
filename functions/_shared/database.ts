import { HttpError } from "./http.ts";

/** The project's SQL functions, called through the data API as the service. */
export interface Database {
  /** Throws 503 `database_failed`, whose reason is a code: the database's own message may quote a row. */
  call<Result>(name: string, parameters?: Record<string, unknown>): Promise<Result>;
}

const limitMs = 10_000;

export function createDatabase(supabaseUrl: string, serviceRoleKey: string): Database {
  const headers = {
    apikey: serviceRoleKey,
    authorization: `Bearer ${serviceRoleKey}`,
    "content-type": "application/json",
  };
  return {
    async call<Result>(name: string, parameters: Record<string, unknown> = {}): Promise<Result> {
      let answer: Response;
      let text: string;
      try {
        answer = await fetch(`${supabaseUrl}/rest/v1/rpc/${name}`, {
          method: "POST",
          headers,
          body: JSON.stringify(parameters),
          signal: AbortSignal.timeout(limitMs),
        });
        text = await answer.text();
      } catch (error) {
        throw failed(name, (error as Error).name);
      }
      if (!answer.ok) throw failed(name, `${answer.status} ${/"code":"(\w{3,10})"/.exec(text)?.[1] ?? ""}`);
      return (text === "" ? undefined : JSON.parse(text)) as Result;
    },
  };
}

function failed(name: string, reason: string): HttpError {
  return new HttpError(503, "database_failed", "Try again later.", `${name}: ${reason}`.trim());
}
