// The basket of this browser, in local storage. It is kept after a reload, and all tabs share it.
import { createStore } from "../shared/store";
import { type Basket, parseBasket } from "./basket";

const KEY = "basket";

const read = () => parseBasket(localStorage.getItem(KEY));
const basket = createStore(read, (refresh) => addEventListener("storage", refresh));

export const useBasket = basket.use;

/**
 * Replaces the basket by the result of `change`. Reads the stored basket first, because a frozen tab misses the
 * changes of other tabs.
 */
export function changeBasket(change: (current: Basket) => Basket): void {
  localStorage.setItem(KEY, JSON.stringify(change(read())));
  basket.refresh();
}
