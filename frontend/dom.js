// Small helpers for building the page. Text is always text, never markup.

/** Make an element: `element("p", { class: "hint" }, "Hello ", element("b", {}, "you"))`. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== false && value != null) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

/** Replace what the main part of the page shows. */
export function show(...children) {
  document.getElementById("view").replaceChildren(...children);
}

/** A fault in plain words, with a way to try again. */
export function faultBox(error, retry) {
  return element("div", { class: "fault", role: "alert" },
    element("p", {}, error.message),
    element("button", { onclick: retry }, "Try again"));
}

/** Open a dialog; its Cancel button, Escape and `close()` close it. */
export function openDialog(dialog) {
  dialog.querySelector('button[value="cancel"]').onclick = () => dialog.close();
  dialog.querySelector(".problem").textContent = "";
  dialog.showModal();
}
