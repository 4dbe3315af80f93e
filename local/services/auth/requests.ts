import { z } from "zod";
import { AuthError, invalid } from "./errors.ts";
import type { LogoutScope } from "./sessions.ts";

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const metadata = z.record(z.string(), z.unknown());
/** GoTrue treats null, "" and a missing value alike. */
const text = z
  .string()
  .nullish()
  .transform((value) => value || undefined);

export const signupBody = z.object({
  email: text,
  phone: text,
  password: text,
  data: metadata.nullish().transform((data) => data ?? {}),
});
export const credentials = z.object({ email: text, password: z.string().default("") });
export const refreshBody = z.object({ refresh_token: z.string().default("") });
export const recoverBody = z.object({ email: text });
export const resendBody = z.object({ type: text, email: text });
export const verifyBody = z.object({ type: text, email: text, token: text, token_hash: text });
export const userBody = z.object({
  email: text,
  password: text,
  data: metadata.nullish().transform((data) => data ?? {}),
  app_metadata: metadata.nullish(),
});
export const adminUserBody = z.object({
  id: z.uuid().optional(),
  email: text,
  password: text,
  email_confirm: z.boolean().optional(),
  user_metadata: metadata.optional(),
  app_metadata: metadata.optional(),
});

/** The request's JSON in that shape; an absent body is an empty one. Throws `bad_json` or `validation_failed`. */
export async function readBody<T extends z.ZodType>(request: Request, shape: T): Promise<z.output<T>> {
  let json: unknown;
  try {
    const content = await request.text();
    json = content === "" ? {} : JSON.parse(content);
  } catch (error) {
    throw new AuthError(400, "bad_json", `Could not parse request body as JSON: ${(error as Error).message}`);
  }
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new AuthError(
    400,
    "bad_json",
    `Could not parse request body as JSON: ${issue.path.join(".")}: ${issue.message}`,
  );
}

/** The address as it is stored: trimmed and in lower case. Throws `validation_failed`. */
export function emailAddress(value: string): string {
  const email = value.trim().toLowerCase();
  if (email.length > 255) throw invalid("An email address is too long");
  if (!z.email().safeParse(email).success) throw invalid("Unable to validate email address: invalid format");
  return email;
}

/** `global` unless the query says otherwise. */
export function logoutScope(value: string | undefined): LogoutScope {
  switch (value) {
    case undefined:
    case "":
    case "global":
      return "global";
    case "local":
    case "others":
      return value;
    default:
      throw invalid(`Unsupported logout scope "${value}"`);
  }
}
