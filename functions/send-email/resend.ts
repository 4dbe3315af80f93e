import type { ProviderKind } from "./provider.ts";

/** https://resend.com/docs/api-reference/emails/send-email */
export const resend: ProviderKind = {
  // It remembers 24 hours.
  rememberedSeconds: 23 * 3600,
  path: "/emails",
  request: ({ to, subject, text, html }, id, { apiKey, from }) => ({
    headers: { authorization: `Bearer ${apiKey}`, "idempotency-key": id },
    body: { from, to: [to], subject, text, html },
  }),
  idIn: ({ id }) => id,
  codeIn: ({ name }) => name,
  // The same id with another content: the first one was taken.
  has: ["invalid_idempotent_request"],
};
