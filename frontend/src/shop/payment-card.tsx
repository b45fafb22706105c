import Box from "@cloudscape-design/components/box";
import { messages } from "../messages";
import { Hint } from "../shared/hint";

/** The card that pays the order. */
export function PaymentCard({ isSimulated }: { isSimulated: boolean }) {
  return (
    <div className="payment-card">
      <svg viewBox="0 0 86 54" aria-hidden="true">
        <rect width="86" height="54" rx="6" />
        <rect className="chip" x="9" y="14" width="13" height="10" rx="2" />
        <text x="9" y="44">{"•••• 4242"}</text>
        <text className="brand" x="77" y="16">
          VISA
        </text>
      </svg>
      <div>
        <Box fontWeight="bold">{messages.checkout.card}</Box>
        {isSimulated && <Hint>{messages.checkout.simulated}</Hint>}
      </div>
    </div>
  );
}
