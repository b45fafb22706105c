import { useEffect, useRef } from "react";
import { useLocation } from "react-router";

/**
 * Moves the focus to the main element after each navigation, for users of a keyboard or a screen reader. Call it above the
 * routes, because the page of the bank has another frame.
 */
export function useFocusOnNavigation(): void {
  const { pathname } = useLocation();
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) {
      document.querySelector("main")?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    isFirst.current = false;
  }, [pathname]);
}
