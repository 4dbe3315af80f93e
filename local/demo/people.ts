import { randomUUID } from "node:crypto";
import { must, value, type Step } from "./journey.ts";

const password = `demo-${randomUUID()}`;
const email = (name: string) => `${name}-${password.slice(5, 13)}@example.com`;

/** Signing up and in, with supabase-js. */
export const people: Step[] = [
  {
    name: "sign up two people",
    run: async ({ ada, bayo, found }) => {
      const names = { ada: "Ada Obi", bayo: "Bayo Ade" };
      for (const [client, name] of [
        [ada, "ada"],
        [bayo, "bayo"],
      ] as const) {
        const username = `${name}_${password.slice(5, 13)}`;
        const { session } = value(
          await client.auth.signUp({
            email: email(name),
            password,
            options: { data: { username, full_name: names[name] } },
          }),
        );
        must(session, "signed up, but no session");
        if (name === "ada") Object.assign(found, { adaToken: session.access_token, adaId: session.user.id });
      }
      return "both have a session";
    },
  },
  {
    name: "each has a profile",
    run: async ({ bayo, found }) => {
      const profile = value(
        await bayo.from("users").select("username, full_name").eq("id", found.adaId).single(),
      );
      must(profile.full_name === "Ada Obi", `full name is ${profile.full_name}`);
      return profile.username;
    },
  },
  {
    name: "wrong password refused",
    run: async ({ bayo }) => {
      const { error } = await bayo.auth.signInWithPassword({
        email: email("ada"),
        password: "not the password",
      });
      must(error?.code === "invalid_credentials", `answered ${error?.code ?? "with a session"}`);
      return `${error.status} ${error.code}`;
    },
  },
  {
    name: "session refreshed",
    run: async ({ ada, found }) => {
      const { session } = value(await ada.auth.refreshSession());
      must(session, "no session after the refresh");
      found.adaToken = session.access_token;
      return "a new access token";
    },
  },
];
