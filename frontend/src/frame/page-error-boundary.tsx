import ErrorBoundary from "@cloudscape-design/components/error-boundary";
import { type ReactNode, useState } from "react";
import { ApiError } from "../api/api-error";
import { ErrorNotice } from "../shared/error-notice";
import { PageTitle } from "../shared/page-title";

/** Shows an error and a retry in place of a page that fails to load or to render. The frame around it stays. */
export function PageErrorBoundary({ children }: { children: ReactNode }) {
  const [error, setError] = useState<Error>();
  const [attempt, setAttempt] = useState(1);
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
          <ErrorNotice error={error instanceof ApiError ? error : undefined} retry={() => setAttempt(attempt + 1)} />
        </>
      )}
    >
      {children}
    </ErrorBoundary>
  );
}
