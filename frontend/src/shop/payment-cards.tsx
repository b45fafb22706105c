import { PAYMENT_METHODS } from "./payment-methods";

/** The test cards, one of them chosen. */
export function PaymentCards({ chosen, choose }: { chosen: string; choose: (id: string) => void }) {
  return (
    <fieldset className="payment-cards">
      <legend className="hidden-text">Payment method</legend>
      {PAYMENT_METHODS.map(({ id, name, does }) => (
        <label key={id}>
          <input type="radio" name="payment_method" value={id} checked={chosen === id} onChange={() => choose(id)} />
          <span>
            <strong>{name}</strong> <code>{id}</code>
            <span className="hint">{does}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
