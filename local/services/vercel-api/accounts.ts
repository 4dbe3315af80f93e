import type { Hono } from "hono";
import type { Store } from "../../state/store.ts";
import { refusal } from "./refusal.ts";

/** Whose token it is, and the team that it sees, with the plan they have. */
export function addAccountRoutes(app: Hono, store: Store): void {
  const account = () => store.collection("accounts").get("accounts")?.vercel;
  const billing = () => ({ plan: account()?.plan ?? "hobby" });

  app.get("/v2/user", (context) =>
    context.json({
      user: { id: "local", username: "local", email: "local@lavlay.localhost", billing: billing() },
    }),
  );
  app.get("/v2/teams/:team", (context) => {
    const id = context.req.param("team");
    if (account()?.teamId !== id) return refusal(403, "forbidden", "Not authorized");
    return context.json({ id, slug: "local", name: "local", billing: billing() });
  });
}
