import { ApiError } from "../api/api-error";

const KEY = "reloaded-build";

/**
 * Imports a module of the page on demand. The bucket may no longer have the modules of an open page: deployments keep
 * them, but a restarted emulator does not. So the first failed import of a build reloads the page, which loads the new build.
 *
 * @param load - Calls `import()`.
 * @throws ApiError if the module cannot be fetched and a reload does not help, for example if the server is gone.
 */
export async function loadModule<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    // `navigator.onLine` is not enough, because it is also true if only the server is gone. The browser would then
    // replace the page, with its data and its retry, by an error page of its own.
    if ((await isReachable()) && isFirstFailureOf(currentBuild())) {
      location.reload();
      // This promise never settles, because an error message would flash before the browser reloads.
      return new Promise<never>(() => undefined);
    }
    throw new ApiError(0, {}, { cause: error });
  }
}

/** Reloads the page if its server responds. A browser may refuse to refetch a module after a failed import. */
export async function reloadIfReachable(): Promise<void> {
  if (await isReachable()) location.reload();
}

/** Whether the server of the page responds. */
async function isReachable(): Promise<boolean> {
  try {
    return (await fetch("/config.json", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

/** The URL of the entry module. Its hash differs between builds. */
const currentBuild = (): string => document.querySelector<HTMLScriptElement>("script[type=module]")?.src ?? "";

/** Whether this is the first failed import of the build in this tab. A second reload would load the same build. */
function isFirstFailureOf(build: string): boolean {
  if (sessionStorage.getItem(KEY) === build) return false;
  sessionStorage.setItem(KEY, build);
  return true;
}
