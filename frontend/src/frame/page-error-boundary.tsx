import ErrorBoundary from "@cloudscape-design/components/error-boundary";
import { type ReactNode, useState } from "react";
import { ApiError } from "../api/api-error";
import { ErrorNotice } from "../shared/error-notice";
import { reloadIfReachable } from "../shared/load-module";
import { PageTitle } from "../shared/page-title";

/** Shows an error and a retry in place of a page that fails to load or to render. The frame around it stays. */
export function PageErrorBoundary({ children }: { children: ReactNode }) {
  const [error, setError] = useState<Error>();
  const [attempt, setAttempt] = useState(1);
  const isNotLoaded = error instanceof ApiError;
  const retry = () => {
    // Without a network, the error stays.
    if (isNotLoaded) reloadIfReachable().catch(() => undefined);
    else setAttempt(attempt + 1);
  };
  return (
    <ErrorBoundary
      key={attempt}
      // Containers have boundaries of their own, which would leave half of a page.
      suppressNested
      onError={(detail) => setError(detail.error)}
      renderFallback={() => (
        <>
          <PageTitle>This page cannot be shown</PageTitle>
          {/* The message of an unexpected error means nothing to a user. */}
          <ErrorNotice error={isNotLoaded ? error : undefined} retry={retry} />
        </>
      )}
    >
      {children}
    </ErrorBoundary>
  );
}
