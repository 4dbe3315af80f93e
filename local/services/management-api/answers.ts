/** A refusal in the API's form: `{"message": "…"}` with a status. */
export interface Answer {
  readonly status: 400 | 404;
  readonly message: string;
}

export const notFound = (what: string): Answer => ({ status: 404, message: `${what} not found` });

export const badRequest = (message: string): Answer => ({ status: 400, message });
