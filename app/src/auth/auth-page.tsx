import type { AuthClient } from "@supabase/auth-js";
import { type FormEvent, useState } from "react";
import { Field } from "../ui/field.tsx";
import { authWords } from "./auth-words.ts";

type Mode = "sign-in" | "sign-up";

const title: Record<Mode, string> = { "sign-in": "Sign in", "sign-up": "Create account" };

/** Sign in and sign up: one form, because people often start with the wrong one. `auth` loads the client that it needs then. */
export function AuthPage({ auth }: { auth: () => Promise<InstanceType<typeof AuthClient>> }) {
  const [mode, setMode] = useState<Mode>("sign-in");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [mailedTo, setMailedTo] = useState("");
  const signingUp = mode === "sign-up";

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    // A password's spaces are its own.
    const credentials = { email: text("email"), password: String(form.get("password") ?? "") };
    setBusy(true);
    setProblem("");
    setMailedTo("");
    const names = { username: text("username"), full_name: text("full_name") };
    const { data, error } = await auth().then(
      (client) =>
        signingUp
          ? client.signUp({ ...credentials, options: { data: names } })
          : client.signInWithPassword(credentials),
      // Its code could not be loaded.
      (error: Error) => ({ data: { session: null }, error }),
    );
    setBusy(false);
    if (error) setProblem(authWords(error));
    // With a session the feed takes this page's place by itself.
    else if (!data.session) setMailedTo(credentials.email);
  }

  function toggle() {
    setMode(signingUp ? "sign-in" : "sign-up");
    setProblem("");
    setMailedTo("");
  }

  return (
    <main className="auth">
      <div className="auth-card card">
        <p className="wordmark">LavLay</p>
        <p className="tagline">Small moments, shared with friends.</p>
        <h1>{title[mode]}</h1>
        <form onSubmit={submit}>
          {signingUp && (
            <>
              <Field label="Full name" name="full_name" autoComplete="name" maxLength={100} required />
              <Field
                label="Username"
                name="username"
                hint="3 to 21 small letters, digits or _. If it is taken, we add a few characters."
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                pattern="[a-z0-9_]{3,21}"
                title="3 to 21 small letters, digits or _"
                required
              />
            </>
          )}
          <Field label="Email" name="email" type="email" autoComplete="email" required />
          <Field
            label="Password"
            name="password"
            type="password"
            hint={signingUp ? "At least 8 characters." : undefined}
            autoComplete={signingUp ? "new-password" : "current-password"}
            minLength={signingUp ? 8 : undefined}
            required
          />
          <div role="alert">{problem && <p className="notice notice-bad">{problem}</p>}</div>
          <div role="status">
            {mailedTo && (
              <p className="notice">
                Almost there: we sent a link to <strong>{mailedTo}</strong>. Follow it to confirm your e-mail.
              </p>
            )}
          </div>
          <button className="button button-primary button-wide" disabled={busy}>
            {busy ? "One moment…" : title[mode]}
          </button>
        </form>
        <p className="auth-toggle">
          {signingUp ? "Have an account?" : "New here?"}{" "}
          <button type="button" className="link" onClick={toggle} disabled={busy}>
            {signingUp ? "Sign in instead" : "Create an account"}
          </button>
        </p>
      </div>
    </main>
  );
}
