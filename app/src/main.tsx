import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { AuthPage } from "./auth/auth-page.tsx";
import { FeedPage } from "./feed/feed-page.tsx";
import { startMonitoring } from "./monitoring.ts";
import { queryClient } from "./query-client.ts";
import { useSession } from "./session.ts";
import "./styles.css";

function App() {
  const session = useSession();
  if (session === undefined) return null;
  // The key starts the page anew for another user.
  return session ? <FeedPage key={session.user.id} user={session.user} /> : <AuthPage />;
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);

// After the first pages are there: not every browser tells when it is idle.
setTimeout(() => void startMonitoring(import.meta.env.VITE_SENTRY_DSN), 3_000);
