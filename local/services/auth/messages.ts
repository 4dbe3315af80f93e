import { createHash, randomInt, randomUUID } from "node:crypto";
import type { PoolClient } from "pg";
import { callEmailHook } from "./email-hook.ts";
import { AuthError } from "./errors.ts";
import type { AuthSettings } from "./settings.ts";
import { confirmUser, findUserByToken, keepToken, publicUser, type MessageKind, type User } from "./users.ts";

/** GoTrue's names: of the message, and of what its link is verified as. */
const actionOf = { confirmation: "signup", recovery: "recovery" } as const;
const kindsOf: Readonly<Record<string, readonly MessageKind[]>> = {
  signup: ["confirmation"],
  recovery: ["recovery"],
  email: ["confirmation", "recovery"],
};

/** Whether a new address is to be confirmed by a message: where nothing sends one, it would never be. */
export function confirmsByMail(settings: AuthSettings): boolean {
  return settings.hook_send_email_enabled && !settings.mailer_autoconfirm;
}

export interface Sending {
  readonly kind: MessageKind;
  readonly settings: AuthSettings;
  /** Where its link leads back to. */
  readonly redirectTo: string;
  /** This service's own address. */
  readonly externalUrl: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Sends a message with a one-time token by the project's hook. In one transaction with what it is for: a message that
 * cannot be handed over leaves nothing behind.
 * @returns the user as it is now
 * @throws AuthError when one was sent a moment ago, or the hook did not take it
 */
export async function sendMessage(db: PoolClient, user: User, sending: Sending): Promise<User> {
  const { kind, settings, redirectTo, externalUrl, now } = sending;
  const { hook_send_email_uri: uri, hook_send_email_secrets: secrets } = settings;
  const email = user.email ?? "";
  const again = (user[`${kind}_sent_at`]?.getTime() ?? -Infinity) + settings.smtp_max_frequency * 1000;
  if (now < again) {
    const seconds = Math.ceil((again - now) / 1000);
    const message = `For security purposes, you can only request this after ${seconds} seconds.`;
    throw new AuthError(429, "over_email_send_rate_limit", message);
  }
  if (!settings.hook_send_email_enabled) {
    throw new AuthError(500, "unexpected_failure", `Error sending ${kind} email`);
  }
  const token = String(randomInt(1_000_000)).padStart(6, "0");
  const tokenHash = hashOf(email, token);
  const kept = await keepToken(db, user.id, kind, tokenHash, new Date(now));
  await callEmailHook(
    { uri, secrets },
    {
      metadata: { uuid: randomUUID(), time: new Date(now), name: "send-email" },
      user: publicUser(user),
      email_data: {
        token,
        token_hash: tokenHash,
        redirect_to: redirectTo,
        email_action_type: actionOf[kind],
        site_url: externalUrl,
        token_new: "",
        token_hash_new: "",
      },
    },
  );
  return kept;
}

/** What a client shows: the hash out of a message's link, or its address with the code. */
export type Shown = { type: string } & ({ tokenHash: string } | { email: string; token: string });

/**
 * Whom a token out of a message belongs to. It is used up, and shows that the address is the user's.
 * @throws AuthError `otp_expired`, whether it is expired, used or wrong
 */
export async function useToken(
  db: PoolClient,
  shown: Shown,
  settings: AuthSettings,
  now: number,
): Promise<User> {
  const kinds = kindsOf[shown.type];
  if (!kinds) throw new AuthError(400, "validation_failed", "Invalid email verification type");
  const byLink = "tokenHash" in shown;
  const hash = byLink ? shown.tokenHash : hashOf(shown.email, shown.token);
  for (const kind of kinds) {
    const user = await findUserByToken(db, kind, hash);
    if (!user || (!byLink && user.email !== shown.email)) continue;
    if (now > (user[`${kind}_sent_at`]?.getTime() ?? -Infinity) + settings.mailer_otp_exp * 1000) continue;
    await keepToken(db, user.id, kind, "", user[`${kind}_sent_at`]);
    return user.email_confirmed_at ? user : confirmUser(db, user.id);
  }
  const message = byLink ? "Email link is invalid or has expired" : "Token has expired or is invalid";
  throw new AuthError(403, "otp_expired", message);
}

/** What is answered to who signs up with somebody's address: what anybody is answered, so that it tells nothing. */
export function pretendedUser(known: User, metadata: Record<string, unknown>, now: number) {
  const moment = new Date(now);
  const pretended = publicUser({
    ...known,
    id: randomUUID(),
    email_confirmed_at: null,
    last_sign_in_at: null,
    recovery_sent_at: null,
    confirmation_sent_at: moment,
    raw_app_meta_data: { provider: "email", providers: ["email"] },
    raw_user_meta_data: metadata,
    created_at: moment,
    updated_at: moment,
  });
  return { ...pretended, identities: [] };
}

const hashOf = (email: string, token: string) =>
  createHash("sha224").update(`${email}${token}`).digest("hex");
