/** A refusal in the API's form: `{"message": "…"}` with a status. */
export interface Answer {
  readonly status: 400 | 404 | 429;
  readonly message: string;
}

export const notFound = (what: string): Answer => ({ status: 404, message: `${what} not found` });

export const badRequest = (message: string): Answer => ({ status: 400, message });

/** The refusal as a response. */
export function answer({ status, message }: Answer): Response {
  return Response.json({ message }, { status });
}

/** The JSON object of a request; undefined when it is none. */
export async function body(request: Request): Promise<Record<string, unknown> | undefined> {
  try {
    const parsed: unknown = await request.json();
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
