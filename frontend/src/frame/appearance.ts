// Light or dark mode. Follows the operating system until the user selects a mode for this browser.
import { applyMode, Mode } from "@cloudscape-design/global-styles";
import { createStore } from "../shared/store";

const KEY = "appearance";
const systemMode = matchMedia("(prefers-color-scheme: dark)");

const isDark = createStore(
  () => {
    const selected = localStorage.getItem(KEY);
    return selected ? selected === "dark" : systemMode.matches;
  },
  (refresh) => {
    systemMode.addEventListener("change", refresh);
    addEventListener("storage", refresh);
  },
);

export const useIsDark = isDark.use;

export function toggleAppearance(): void {
  localStorage.setItem(KEY, isDark.get() ? "light" : "dark");
  isDark.refresh();
}

/** Applies the mode to Cloudscape now and after each change. Call it once, before the first render. */
export function startAppearance(): void {
  const apply = () => applyMode(isDark.get() ? Mode.Dark : Mode.Light);
  isDark.subscribe(apply);
  apply();
}
