// The basket of this browser: kept over reloads, the same in all tabs.
import { useSyncExternalStore } from "react";
import { type Basket, parseBasket } from "./basket";

const PLACE = "basket";
const listeners = new Set<() => void>();
let basket = parseBasket(localStorage.getItem(PLACE));

addEventListener("storage", (event) => {
  if (event.key !== PLACE) return;
  basket = parseBasket(event.newValue);
  listeners.forEach((tell) => tell());
});

export function useBasket(): Basket {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => basket,
  );
}

/**
 * Replaces the basket by what `change` makes of it. Starts from what is stored: a tab that the browser froze has missed
 * the changes of the others, and would undo them.
 */
export function changeBasket(change: (basket: Basket) => Basket): void {
  basket = change(parseBasket(localStorage.getItem(PLACE)));
  localStorage.setItem(PLACE, JSON.stringify(basket));
  listeners.forEach((tell) => tell());
}

export const emptyBasket = (): void => changeBasket(() => ({}));
