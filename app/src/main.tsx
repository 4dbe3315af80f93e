import { PersistQueryClientProvider } from "@tanstack/react-query-persist-client";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { persistOptions } from "./api/persisted.ts";
import { queryClient } from "./api/query-client.ts";
import { AuthPage } from "./auth/auth-page.tsx";
import { useSession } from "./auth/session.ts";
import { UserIdProvider } from "./auth/user.ts";
import { startMonitoring } from "./monitoring.ts";
import { Shell } from "./shell/shell.tsx";
import "./styles.css";

function App() {
  const session = useSession();
  if (session === undefined) return null;
  if (session === null) return <AuthPage />;
  const { id } = session.user;
  return (
    <UserIdProvider value={id}>
      {/* The key starts the pages anew for another user. */}
      <Shell key={id} />
    </UserIdProvider>
  );
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <PersistQueryClientProvider
      client={queryClient}
      persistOptions={persistOptions}
      // What is kept is shown at once; a new visit also asks for what is new.
      onSuccess={() => void queryClient.invalidateQueries()}
    >
      <App />
    </PersistQueryClientProvider>
  </StrictMode>,
);

// A page that is gone to begins at its top; one that is gone back to is where it was. The router tells of the former.
addEventListener("pushState", () => scrollTo(0, 0));

// After the first pages are there: not every browser tells when it is idle.
setTimeout(() => void startMonitoring(import.meta.env.VITE_SENTRY_DSN), 3_000);
