import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import { consoleMessages } from "./console-messages";

/** The id of a customer, with a button that copies it. Erasing and searching need the whole id. */
export function CustomerId({ customerId }: { customerId: string }) {
  return (
    <span>
      {consoleMessages.customer.label}{" "}
      <CopyToClipboard
        variant="inline"
        textToCopy={customerId}
        textToDisplay={<code>{customerId}</code>}
        copyButtonAriaLabel={consoleMessages.customer.copy}
        copySuccessText={consoleMessages.customer.copied}
        copyErrorText={consoleMessages.customer.copyFailed}
      />
    </span>
  );
}
