import type { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import type { Pool } from "pg";
import { bearerClaims } from "./bearer.ts";
import { AuthError, invalid } from "./errors.ts";
import { confirmsByMail } from "./messages.ts";
import { checkPasswordStrength, hashPassword } from "./passwords.ts";
import { adminUserBody, emailAddress, readBody, UUID } from "./requests.ts";
import { inTransaction } from "./sessions.ts";
import type { AuthSettings } from "./settings.ts";
import type { TokenKit } from "./tokens.ts";
import { createUser, deleteUser, findUserById, listUsers, publicUser, updateUser } from "./users.ts";

/** `/admin/users`: list, create, get, update, delete, for holders of the service role. */
export function addAdminRoutes(app: Hono, pool: Pool, tokens: TokenKit, settings: () => AuthSettings): void {
  app.use(
    "/admin/*",
    createMiddleware(async (c, next) => {
      const { role } = await bearerClaims(c, tokens);
      if (role !== "service_role") throw new AuthError(403, "not_admin", "User not allowed");
      await next();
    }),
  );

  app.get("/admin/users", async (c) => {
    const page = Math.max(1, Number(c.req.query("page")) || 1);
    const perPage = Math.min(1000, Math.max(1, Number(c.req.query("per_page")) || 50));
    const { users, total } = await listUsers(pool, page, perPage);
    c.header("x-total-count", String(total));
    return c.json({ users: users.map(publicUser), aud: "authenticated" });
  });

  app.post("/admin/users", async (c) => {
    const body = await readBody(c.req.raw, adminUserBody);
    if (!body.email) throw invalid("Cannot create a user without either an email or phone");
    const user = {
      id: body.id,
      email: emailAddress(body.email),
      confirmed: body.email_confirm === true || !confirmsByMail(settings()),
      passwordHash: body.password && (await strongPassword(body.password)),
      userMetadata: body.user_metadata,
      appMetadata: body.app_metadata,
    };
    const created = await inTransaction(pool, (db) => createUser(db, user)).catch((error: unknown) => {
      if (!(error instanceof AuthError) || error.code !== "user_already_exists") throw error;
      throw new AuthError(422, "email_exists", "A user with this email address has already been registered");
    });
    return c.json(publicUser(created));
  });

  app.get("/admin/users/:id", async (c) => {
    const user = await findUserById(pool, userId(c.req.param("id")));
    if (!user) throw notFound();
    return c.json(publicUser(user));
  });

  app.put("/admin/users/:id", async (c) => {
    const body = await readBody(c.req.raw, adminUserBody);
    const changed = await updateUser(pool, userId(c.req.param("id")), {
      email: body.email && emailAddress(body.email),
      passwordHash: body.password && (await strongPassword(body.password)),
      userMetadata: body.user_metadata,
      appMetadata: body.app_metadata,
    });
    return c.json(publicUser(changed));
  });

  app.delete("/admin/users/:id", async (c) => {
    if (!(await deleteUser(pool, userId(c.req.param("id"))))) throw notFound();
    return c.json({});
  });

  async function strongPassword(password: string): Promise<string> {
    checkPasswordStrength(password, settings());
    return hashPassword(password);
  }
}

function userId(value: string): string {
  if (!UUID.test(value)) throw new AuthError(404, "validation_failed", "user_id must be an UUID");
  return value;
}

function notFound(): AuthError {
  return new AuthError(404, "user_not_found", "User not found");
}
