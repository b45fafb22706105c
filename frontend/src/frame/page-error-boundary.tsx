import ErrorBoundary from "@cloudscape-design/components/error-boundary";
import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ApiError } from "../api/api-error";
import { messages } from "../messages";
import { ErrorNotice } from "../shared/error-notice";
import { reloadIfReachable } from "../shared/load-module";
import { PageTitle } from "../shared/page-title";

/** Replaces a page that fails to load or to render by an error with a retry. The frame stays visible. */
export function PageErrorBoundary({ children }: { children: ReactNode }) {
  const [error, setError] = useState<Error>();
  const [attempt, setAttempt] = useState(1);
  const { reset } = useQueryErrorResetBoundary();
  const isNotLoaded = error instanceof ApiError;
  const retry = () => {
    // The error stays visible if the server does not respond.
    if (isNotLoaded) return void reloadIfReachable();
    // Without it, a failed query throws its old error again instead of sending a request.
    reset();
    setAttempt(attempt + 1);
  };
  return (
    <ErrorBoundary
      key={attempt}
      // Disables the error boundaries inside Containers, which would show only a part of the page.
      suppressNested
      onError={(detail) => setError(detail.error)}
      renderFallback={() => (
        <>
          <PageTitle>{messages.frame.pageFailed}</PageTitle>
          {/* A user cannot act on the message of an unexpected error. */}
          <ErrorNotice error={isNotLoaded ? error : undefined} retry={retry} />
        </>
      )}
    >
      {children}
    </ErrorBoundary>
  );
}
