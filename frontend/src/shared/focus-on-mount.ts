/** A ref that focuses its element as soon as it is on the page. The element needs a `tabIndex`. */
export const focusOnMount = (element: HTMLElement | null): void => element?.focus();
