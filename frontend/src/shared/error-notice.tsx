import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { ApiError, errorMessage } from "../api/api-error";

/** The message of an error, and a retry if one can help. */
export function ErrorNotice({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const isPermanent = error instanceof ApiError && !error.isTransient;
  return (
    <div role="alert">
      <Alert type="error" header="That did not work" action={retry && !isPermanent ? <Button onClick={retry}>Try again</Button> : undefined}>
        {errorMessage(error)}
      </Alert>
    </div>
  );
}
