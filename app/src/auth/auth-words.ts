/** What is looked at of an error of supabase-js's auth client. */
export interface AuthProblem {
  code?: string;
  status?: number;
  message: string;
}

const wordsByCode: Record<string, string> = {
  invalid_credentials: "E-mail and password do not match. Check both and try again.",
  user_already_exists: "There is an account with this e-mail already. Sign in instead.",
  email_exists: "There is an account with this e-mail already. Sign in instead.",
  email_not_confirmed: "Confirm your e-mail first: follow the link in the mail that we sent you.",
  email_address_invalid: "This e-mail address is not valid.",
  signup_disabled: "New accounts are not open at the moment.",
  over_email_send_rate_limit: "Too many mails were sent. Try again in an hour.",
  over_request_rate_limit: "Too many attempts. Wait a minute and try again.",
};

/** What to tell the person who could not sign up or in. */
export function authWords({ code, status, message }: AuthProblem): string {
  const words = wordsByCode[code ?? ""];
  if (words) return words;
  if (status === undefined || status === 0) return "No connection. Check your network and try again.";
  if (status === 429) return wordsByCode.over_request_rate_limit!;
  if (status >= 500) return "Something went wrong on our side. Try again in a moment.";
  // The service's own words, such as which rule a password breaks.
  return message;
}
