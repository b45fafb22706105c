import type { InputProps } from "@cloudscape-design/components/input";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it, vi } from "vitest";
import { QuantityStepper } from "./quantity-stepper";

const field = vi.hoisted(() => ({}) as InputProps);
vi.mock("@cloudscape-design/components/input", () => ({ default: (props: InputProps) => void Object.assign(field, props) }));
vi.mock("./basket-store", () => ({ changeBasket: () => undefined }));

it("does not submit a form around it when Enter is pressed", () => {
  renderToStaticMarkup(<QuantityStepper sku="CUP-1" name="Cup" quantity={1} />);
  const isPrevented = (key: string) => {
    const preventDefault = vi.fn();
    field.onKeyDown?.({ detail: { key }, preventDefault } as unknown as CustomEvent<InputProps.KeyDetail>);
    return preventDefault.mock.calls.length > 0;
  };
  expect(isPrevented("Enter")).toBe(true);
  expect(isPrevented("4")).toBe(false);
});
