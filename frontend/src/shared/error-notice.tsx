import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { ApiError, errorMessage } from "../api/api-error";

/** What went wrong, in plain words, and a way to try again where that may help. */
export function ErrorNotice({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const hopeless = error instanceof ApiError && !error.isTransient;
  return (
    <div role="alert">
      <Alert type="error" header="That did not work" action={retry && !hopeless ? <Button onClick={retry}>Try again</Button> : undefined}>
        {errorMessage(error)}
      </Alert>
    </div>
  );
}
