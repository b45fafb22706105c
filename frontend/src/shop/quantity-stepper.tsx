import Button from "@cloudscape-design/components/button";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { messages } from "../messages";
import { MAX_QUANTITY, setQuantity } from "./basket";
import { changeBasket } from "./basket-store";

interface QuantityStepperProps {
  sku: string;
  name: string;
  quantity: number;
  /** Whether the quantity cannot change now, because the order is being placed. */
  disabled?: boolean;
}

/** Changes the quantity of a product in the basket: a field between a minus and a plus button. */
export function QuantityStepper({ sku, name, quantity, disabled = false }: QuantityStepperProps) {
  // The text that the customer types, which may be empty. The basket keeps the last valid quantity.
  const [text, setText] = useState<string | null>(null);
  const change = (changed: number) => changeBasket((basket) => setQuantity(basket, sku, changed));
  const type = (newText: string) => {
    setText(newText);
    if (Number(newText) >= 1) change(Number(newText));
  };
  return (
    <span className="stepper">
      <StepButton
        icon="subtract-minus"
        label={messages.basket.oneFewer(name)}
        disabled={disabled}
        limit={quantity <= 1 && messages.basket.atLeastOne}
        onClick={() => change(quantity - 1)}
      />
      <Input
        ariaLabel={messages.basket.quantityOf(name)}
        type="number"
        inputMode="numeric"
        disabled={disabled}
        value={text ?? String(quantity)}
        // At checkout, Enter would submit the form, which places the order.
        onKeyDown={(event) => event.detail.key === "Enter" && event.preventDefault()}
        onChange={({ detail }) => type(detail.value)}
        onBlur={() => setText(null)}
      />
      <StepButton
        icon="add-plus"
        label={messages.basket.oneMore(name)}
        disabled={disabled}
        limit={quantity >= MAX_QUANTITY && messages.basket.limit(MAX_QUANTITY)}
        onClick={() => change(quantity + 1)}
      />
    </span>
  );
}

interface StepButtonProps {
  icon: "subtract-minus" | "add-plus";
  label: string;
  disabled: boolean;
  /** Why the quantity cannot change further; false if it can. The button stays focusable and shows the reason. */
  limit: string | false;
  onClick: () => void;
}

const StepButton = ({ icon, label, disabled, limit, onClick }: StepButtonProps) => (
  <Button
    iconName={icon}
    variant="icon"
    formAction="none"
    ariaLabel={label}
    disabled={disabled || limit !== false}
    {...(limit !== false && { disabledReason: limit })}
    onClick={onClick}
  />
);
