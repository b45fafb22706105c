// Light or dark: as the person's system has it, until they choose for this browser.
import { applyMode, Mode } from "@cloudscape-design/global-styles";
import { useSyncExternalStore } from "react";

const PLACE = "appearance";
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

const isDark = (): boolean => {
  const chosen = localStorage.getItem(PLACE);
  return chosen ? chosen === "dark" : system.matches;
};

function apply(): void {
  applyMode(isDark() ? Mode.Dark : Mode.Light);
  listeners.forEach((tell) => tell());
}

/** To be called once, before anything is drawn. */
export function startAppearance(): void {
  system.addEventListener("change", apply);
  apply();
}

/** Whether it is dark now, and a way to have it the other way. */
export function useAppearance(): [isDark: boolean, toggle: () => void] {
  const dark = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, isDark);
  const toggle = () => {
    localStorage.setItem(PLACE, dark ? "light" : "dark");
    apply();
  };
  return [dark, toggle];
}
