import type { ProviderKind } from "./provider.ts";

/** https://developers.brevo.com/reference/sendtransacemail */
export const brevo: ProviderKind = {
  // Its pages say 15 and 30 minutes: less than either. What may have been sent and is not settled by then is given up and
  // kept for people, since a second message could not be told from a first one.
  rememberedSeconds: 14 * 60,
  path: "/v3/smtp/email",
  request: ({ to, subject, text, html }, id, { apiKey, from }) => {
    const [, name, address] = /^(.*?)\s*<([^<>]+)>$/.exec(from) ?? [];
    return {
      headers: { "api-key": apiKey },
      body: {
        sender: name && address ? { name, email: address } : { email: address ?? from },
        to: [{ email: to }],
        subject,
        htmlContent: html,
        textContent: text,
        headers: { idempotencyKey: id },
      },
    };
  },
  idIn: ({ messageId }) => messageId,
  codeIn: ({ code }) => code,
  has: ["duplicate_request"],
};
