import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { Fault, messageOf } from "../api/fault";

/** What went wrong, in plain words, and a way to try again where that may help. */
export function FaultNotice({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const hopeless = error instanceof Fault && !error.mayPass;
  return (
    <div role="alert">
      <Alert type="error" header="That did not work" action={retry && !hopeless ? <Button onClick={retry}>Try again</Button> : undefined}>
        {messageOf(error)}
      </Alert>
    </div>
  );
}
