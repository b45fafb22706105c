import { ApiError } from "../api/api-error";

const KEY = "reloaded-build";

/**
 * Imports a module of the page on demand. A deployment removes the modules of the build before it: the first import
 * that fails reloads the page, which then takes the new build.
 *
 * @param load - Calls `import()`.
 * @throws ApiError if the module cannot be fetched and a reload does not help, for example because there is no network.
 */
export async function loadModule<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if (navigator.onLine && isFirstFailureOf(currentBuild())) {
      location.reload();
      // The caller keeps waiting, so that no error flashes up before the browser reloads.
      return new Promise<never>(() => undefined);
    }
    throw new ApiError(0, {}, { cause: error });
  }
}

/** Reloads the page if its server responds: a browser may not fetch a module again whose import has failed. */
export async function reloadIfReachable(): Promise<void> {
  await fetch("/config.json", { cache: "no-store" });
  location.reload();
}

/** The address of the entry module: its hash differs between builds. */
const currentBuild = (): string => document.querySelector<HTMLScriptElement>("script[type=module]")?.src ?? "";

/** Whether no import of this build has failed in this tab. A second reload would not find anything new. */
function isFirstFailureOf(build: string): boolean {
  if (sessionStorage.getItem(KEY) === build) return false;
  sessionStorage.setItem(KEY, build);
  return true;
}
