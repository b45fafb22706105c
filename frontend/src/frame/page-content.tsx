import { Suspense } from "react";
import { Outlet, useLocation } from "react-router";
import { messages } from "../messages";
import { Loading } from "../shared/loading";
import { PageErrorBoundary } from "./page-error-boundary";

/** The page of the current path, or its error. */
export function PageContent() {
  const { pathname } = useLocation();
  return (
    // The key removes the old page, or its error, as soon as the path changes.
    <PageErrorBoundary key={pathname}>
      <Suspense fallback={<Loading lines={8} label={messages.frame.loading} />}>
        <Outlet />
      </Suspense>
    </PageErrorBoundary>
  );
}
