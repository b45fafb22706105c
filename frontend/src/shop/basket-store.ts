// The basket of this browser: kept over reloads, the same in all tabs.
import { createStore } from "../shared/store";
import { type Basket, parseBasket } from "./basket";

const KEY = "basket";

const read = () => parseBasket(localStorage.getItem(KEY));
const basket = createStore(read, (refresh) => addEventListener("storage", refresh));

export const useBasket = basket.use;

/**
 * Replaces the basket by the result of `change`. Starts from what is stored, because a tab that the browser froze has
 * missed the changes of the other tabs.
 */
export function changeBasket(change: (current: Basket) => Basket): void {
  localStorage.setItem(KEY, JSON.stringify(change(read())));
  basket.refresh();
}

export const emptyBasket = (): void => changeBasket(() => ({}));
