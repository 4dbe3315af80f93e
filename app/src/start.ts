import { storedSession } from "./auth/stored-session.ts";
import { fetchFirstPage } from "./feed/first-page.ts";
import "./styles.css";

/*
 * The first script of the page: two kilobytes that run long before React is there, so that what the visitor will
 * see is asked for together with the code that shows it, not after it.
 */
const session = storedSession();
void import("./main.tsx");
if (session) {
  // Whatever fails here is asked for again, and told of, where it is needed.
  import("./rest.ts").catch(() => {});
  if (location.pathname === "/") fetchFirstPage(session.accessToken).catch(() => {});
}
