import RadioGroup from "@cloudscape-design/components/radio-group";
import { PAYMENT_METHODS } from "./payment-methods";

const ITEMS = PAYMENT_METHODS.map(({ id, name, does }) => ({
  value: id,
  label: (
    <>
      {name} <code>{id}</code>
    </>
  ),
  description: does,
}));

/** The test cards, one of them chosen. */
export const PaymentCards = ({ chosen, choose }: { chosen: string; choose: (id: string) => void }) => (
  <RadioGroup ariaLabel="Payment method" name="payment_method" value={chosen} items={ITEMS} onChange={({ detail }) => choose(detail.value)} />
);
