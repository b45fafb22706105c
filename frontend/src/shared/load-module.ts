import { ApiError } from "../api/api-error";

const KEY = "reloaded-build";

/**
 * Imports a module of the page on demand. A deployment removes the modules of the previous build, so the first failed
 * import of a build reloads the page, which loads the new build.
 *
 * @param load - Calls `import()`.
 * @throws ApiError if the module cannot be fetched and a reload does not help, for example without a network connection.
 */
export async function loadModule<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if (navigator.onLine && isFirstFailureOf(currentBuild())) {
      location.reload();
      // This promise never settles, because an error message would flash before the browser reloads.
      return new Promise<never>(() => undefined);
    }
    throw new ApiError(0, {}, { cause: error });
  }
}

/** Reloads the page if its server responds. A browser may refuse to refetch a module after a failed import. */
export async function reloadIfReachable(): Promise<void> {
  await fetch("/config.json", { cache: "no-store" });
  location.reload();
}

/** The URL of the entry module. Its hash differs between builds. */
const currentBuild = (): string => document.querySelector<HTMLScriptElement>("script[type=module]")?.src ?? "";

/** Whether this is the first failed import of the build in this tab. A second reload would load the same build. */
function isFirstFailureOf(build: string): boolean {
  if (sessionStorage.getItem(KEY) === build) return false;
  sessionStorage.setItem(KEY, build);
  return true;
}
