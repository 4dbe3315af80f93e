import type { CloudflareApi } from "./api.ts";
import { success } from "./envelope.ts";

/** The token that the API is called with, as it tells of itself. */
export function addTokenRoutes({ app, store }: CloudflareApi): void {
  const verify = () => {
    const token = store.collection("accounts").get("accounts")?.cloudflare.token;
    return success({ id: token?.id ?? "local", status: token?.status ?? "active" });
  };
  app.get("/client/v4/user/tokens/verify", verify);
  app.get("/client/v4/accounts/:account/tokens/verify", verify);
}
