// Light or dark mode: the operating system's setting, until the user chooses one for this browser.
import { applyMode, Mode } from "@cloudscape-design/global-styles";
import { createStore } from "../shared/store";

const KEY = "appearance";
const system = matchMedia("(prefers-color-scheme: dark)");

const isDark = createStore(
  () => {
    const chosen = localStorage.getItem(KEY);
    return chosen ? chosen === "dark" : system.matches;
  },
  (refresh) => {
    system.addEventListener("change", refresh);
    addEventListener("storage", refresh);
  },
);

export const useIsDark = isDark.use;

export function toggleAppearance(): void {
  localStorage.setItem(KEY, isDark.get() ? "light" : "dark");
  isDark.refresh();
}

/** Applies the mode to Cloudscape, now and after each change. Called once, before the first render. */
export function startAppearance(): void {
  const apply = () => applyMode(isDark.get() ? Mode.Dark : Mode.Light);
  isDark.subscribe(apply);
  apply();
}
