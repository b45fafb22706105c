import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { ApiError, errorMessage } from "../api/api-error";
import { messages } from "../messages";

/** The message of an error, with a retry button if a retry can help. */
export function ErrorNotice({ error, retry }: { error: unknown; retry?: () => void }) {
  const isPermanent = error instanceof ApiError && !error.isTransient;
  return (
    <div role="alert">
      <Alert
        type="error"
        header={messages.errors.header}
        action={retry && !isPermanent ? <Button onClick={retry}>{messages.common.tryAgain}</Button> : undefined}
      >
        {errorMessage(error)}
      </Alert>
    </div>
  );
}
