import "./style.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { Fault } from "./api/fault";
import { startAppearance } from "./frame/appearance";
import { AllRoutes } from "./routes";
import { startSession } from "./session/session";

const queries = new QueryClient({
  defaultOptions: {
    // A request that is wrong stays wrong.
    queries: { retry: (failures, error) => error instanceof Fault && error.mayPass && failures < 2 },
  },
});

startAppearance();
// What one person saw is nothing for the next. Who was sent out finds the way back by SignedInOnly.
startSession(() => queries.clear());

const page = document.getElementById("page");
if (!page) throw new Error("index.html has no element with the id page.");
createRoot(page).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <BrowserRouter>
        <AllRoutes />
      </BrowserRouter>
    </QueryClientProvider>
  </StrictMode>,
);
