import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { AuthPage } from "./auth/auth-page.tsx";
import { storedSession } from "./auth/stored-session.ts";
import { startMonitoring } from "./monitoring.ts";
import { Boundary } from "./shell/boundary.tsx";

/** All but the sign-in page: most of the app's code, which who reads that page does not wait for. */
type Rest = typeof import("./rest.ts");

function App() {
  // Undefined until it is known who is signed in, null when nobody is.
  const [userId, setUserId] = useState(() => {
    const session = storedSession();
    return session ? session.userId : session;
  });
  // React's own `lazy` would hold back for a third of a second what is there a moment later.
  const [rest, setRest] = useState<Rest>();
  const [failure, setFailure] = useState<unknown>();

  async function loadRest(): Promise<Rest> {
    const loaded = await import("./rest.ts");
    await loaded.restored;
    loaded.watchSession(setUserId);
    setRest(loaded);
    return loaded;
  }
  useEffect(() => void loadRest().catch(setFailure), []);

  if (userId === null) return <AuthPage auth={async () => (await loadRest()).supabase.auth} />;
  if (rest && userId) return <rest.SignedIn userId={userId} />;
  if (failure) throw failure;
  return null;
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Boundary>
      <App />
    </Boundary>
  </StrictMode>,
);

// A page that is gone to begins at its top; one that is gone back to is where it was. The router tells of the former.
addEventListener("pushState", () => scrollTo(0, 0));

// After the first pages are there: not every browser tells when it is idle.
setTimeout(() => void startMonitoring(import.meta.env.VITE_SENTRY_DSN), 3_000);
