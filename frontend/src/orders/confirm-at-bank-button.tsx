import Button from "@cloudscape-design/components/button";
import { useNavigate } from "react-router";
import { messages } from "../messages";
import { useHasAnsweredBank } from "../sandbox/answered-bank";
import { bankUrl } from "./order-polling";
import type { Order } from "./orders-api";

/** Leads to the page of the bank while the customer must confirm the payment. */
export function ConfirmAtBankButton({ order }: { order: Order }) {
  const url = bankUrl(order);
  const hasAnsweredBank = useHasAnsweredBank();
  const navigate = useNavigate();
  if (url === undefined || hasAnsweredBank) return null;
  // The bank of the sandbox is a page of this application. A page load would drop what only this tab knows, such as the address.
  const followInPage = (event: CustomEvent) => {
    if (!isOwnPath(url)) return;
    event.preventDefault();
    void navigate(url);
  };
  return (
    <Button variant="primary" href={url} onFollow={followInPage}>
      {messages.order.confirmAtBank}
    </Button>
  );
}

/** Whether the URL is a path of this origin. "//" starts the URL of another one. */
const isOwnPath = (url: string): boolean => /^\/(?!\/)/.test(url);
