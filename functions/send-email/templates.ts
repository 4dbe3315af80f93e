/** What a message says, without whom it goes to. */
export interface Content {
  subject: string;
  text: string;
  html: string;
}

/** A message in words: paragraphs, and at most one thing to open and one code to type. */
interface Words {
  subject: string;
  paragraphs: string[];
  button?: { label: string; url: string };
  code?: string;
}

type Data = Readonly<Record<string, unknown>>;
type Template = (data: Data, appUrl: string) => Words;

const ignore = "If this was not you, you can ignore this message.";

const templates: Readonly<Record<string, Template>> = {
  welcome: (_, appUrl) => ({
    subject: "Welcome to LavLay",
    paragraphs: ["Your account is ready. Say hello with your first post."],
    button: { label: "Open LavLay", url: appUrl },
  }),
  "new-follower": (data, appUrl) => ({
    subject: `${line(data["follower"])} follows you`,
    paragraphs: [`${line(data["follower"])} follows you on LavLay and sees your posts from now on.`],
    button: { label: "Open LavLay", url: appUrl },
  }),
  "payment-receipt": (data, appUrl) => ({
    subject: "Your receipt from LavLay",
    paragraphs: [
      `We received ${naira(data["kobo"])}. It brought you ${line(data["points"])} points.`,
      `Reference: ${line(data["reference"])}`,
    ],
    button: { label: "See your points", url: appUrl },
  }),
  // For whoever runs this.
  "slow-queries": (data) => ({
    subject: "LavLay: slow queries",
    paragraphs: [line(data["summary"], 500), "The database has them in private.slow_queries."],
  }),
  // Supabase Auth's.
  signup: auth("Confirm your address", "Confirm that this is your address to finish signing up.", "Confirm"),
  recovery: auth("Choose a new password", "Somebody asked for a new password for your account.", "Choose it"),
  magiclink: auth("Sign in to LavLay", "Somebody asked to sign in to your account.", "Sign in"),
  invite: auth("You are invited to LavLay", "You were invited to LavLay.", "Accept"),
  "email-change": auth(
    "Confirm your new address",
    "Somebody asked to change your account's address.",
    "Confirm",
  ),
  reauthentication: auth("Your code for LavLay", "Type this code to show that it is you.", ""),
};

/** Undefined where there is no such template. Whatever the data hold, they are text: they cannot become markup or a header. */
export function render(template: string, data: Data, appUrl: string): Content | undefined {
  if (!Object.hasOwn(templates, template)) return undefined;
  const words = templates[template]!(data, appUrl);
  return { subject: words.subject, text: plain(words), html: page(words) };
}

function auth(subject: string, sentence: string, label: string): Template {
  return (data) => {
    const url = String(data["url"] ?? "");
    return {
      subject,
      paragraphs: [sentence, ignore],
      ...(label !== "" && /^https?:\/\//.test(url) && { button: { label, url } }),
      ...(data["code"] ? { code: line(data["code"]) } : {}),
    };
  };
}

function plain({ paragraphs, button, code }: Words): string {
  const parts = [...paragraphs];
  if (button) parts.splice(1, 0, `${button.label}: ${button.url}`);
  if (code) parts.splice(1, 0, `Your code: ${code}`);
  return `${parts.join("\n\n")}\n`;
}

function page({ subject, paragraphs, button, code }: Words): string {
  const parts = paragraphs.map((text) => `<p>${escape(text)}</p>`);
  if (button) parts.splice(1, 0, `<p><a href="${escape(button.url)}">${escape(button.label)}</a></p>`);
  if (code) parts.splice(1, 0, `<p>Your code: <strong>${escape(code)}</strong></p>`);
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(subject)}</title></head>`,
    `<body style="font:16px/1.5 system-ui,sans-serif;max-width:32em;margin:auto">${parts.join("")}</body></html>`,
  ].join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

/** One short line: no break that would begin another header. */
function line(value: unknown, longest = 200): string {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .trim()
    .slice(0, longest);
}

function naira(kobo: unknown): string {
  const amount = typeof kobo === "number" ? kobo / 100 : 0;
  return `₦${amount.toLocaleString("en-NG", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}
