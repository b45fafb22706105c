import RadioGroup from "@cloudscape-design/components/radio-group";
import { messages } from "../messages";
import { PAYMENT_METHODS } from "./payment-methods";

const ITEMS = PAYMENT_METHODS.map(({ id, name, effect }) => ({
  value: id,
  label: (
    <>
      {name} <code>{id}</code>
    </>
  ),
  description: effect,
}));

/** A radio group of the test cards. */
export const PaymentCards = ({ selected, onChange }: { selected: string; onChange: (id: string) => void }) => (
  <RadioGroup
    ariaLabel={messages.checkout.paymentMethod}
    name="payment_method"
    value={selected}
    items={ITEMS}
    onChange={({ detail }) => onChange(detail.value)}
  />
);
