import { isObject } from "../_shared/small-body.ts";

export interface AuthMessage {
  template: string;
  address: string;
  data: { code?: string; url?: string };
}

/** Auth's kinds of messages and our templates for them. */
const templateOf: Readonly<Record<string, string>> = {
  signup: "signup",
  recovery: "recovery",
  magiclink: "magiclink",
  invite: "invite",
  email_change: "email-change",
  reauthentication: "reauthentication",
};

/**
 * The messages that a call of the send-email hook asks for; undefined where it asks for none that we know.
 * https://supabase.com/docs/guides/auth/auth-hooks/send-email-hook
 */
export function authMessages(
  payload: Record<string, unknown>,
  supabaseUrl: string,
): AuthMessage[] | undefined {
  const { user, email_data: email } = payload;
  if (!isObject(user) || !isObject(email)) return undefined;
  const text = (values: Record<string, unknown>, name: string): string => {
    const value = values[name];
    return typeof value === "string" ? value : "";
  };
  const action = text(email, "email_action_type");
  const template = Object.hasOwn(templateOf, action) ? templateOf[action] : undefined;
  // That a password or an address has changed is told by Auth on request; there is no template, and nothing waits for it.
  if (/^[a-z_]+_notification$/.test(action)) return [];
  if (template === undefined) return undefined;

  const message = (address: string, code: string, hash: string): AuthMessage => ({
    template,
    address,
    data: {
      ...(code !== "" && { code }),
      ...(hash !== "" && { url: link(supabaseUrl, action, hash, text(email, "redirect_to")) }),
    },
  });
  const old = text(user, "email");
  const changed = text(user, "new_email") || text(user, "email_new");
  const messages =
    action !== "email_change"
      ? [message(old, text(email, "token"), text(email, "token_hash"))]
      : text(email, "token_hash_new") === ""
        ? [message(changed, text(email, "token") || text(email, "token_new"), text(email, "token_hash"))]
        : [
            // The hashes are named the wrong way round, for compatibility's sake.
            message(old, text(email, "token"), text(email, "token_hash_new")),
            message(changed, text(email, "token_new"), text(email, "token_hash")),
          ];
  return messages.every(({ address }) => /^[^@\s]+@[^@\s]+$/.test(address) && address.length <= 320)
    ? messages
    : undefined;
}

function link(supabaseUrl: string, type: string, token: string, redirectTo: string): string {
  const query = new URLSearchParams({ token, type, ...(redirectTo !== "" && { redirect_to: redirectTo }) });
  return `${supabaseUrl}/auth/v1/verify?${query}`;
}
