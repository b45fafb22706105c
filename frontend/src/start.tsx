import "./style.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { retryTransient } from "./api/api-error";
import { serverStatus } from "./api/client";
import { startAppearance } from "./frame/appearance";
import { AllRoutes } from "./routes";
import { startSession } from "./session/session";
import { endAllAttempts } from "./shared/request-attempts";
import { removeDraft } from "./shop/checkout-draft";

const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: retryTransient },
  },
});

startAppearance();
// Removes the data of the last user. After an expired session, SignedInOnly returns the user to the same page, and the
// draft of the checkout and the attempts are kept for that.
startSession(({ hasExpired }) => {
  queryClient.clear();
  if (hasExpired) return;
  removeDraft();
  endAllAttempts();
});
// Updates the page when the server is back.
serverStatus.isGone.subscribe(() => {
  if (!serverStatus.isGone.get()) void queryClient.invalidateQueries();
});

const page = document.getElementById("page");
if (!page) throw new Error("index.html has no element with the id page.");
createRoot(page).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <BrowserRouter>
        <AllRoutes />
      </BrowserRouter>
    </QueryClientProvider>
  </StrictMode>,
);
