import { type ComponentType, lazy } from "react";
import { loadModule } from "../shared/load-module";

type PageModule = { default: ComponentType };

/** A page whose code is loaded on the first visit. Unlike with `lazy` alone, a failed load is tried again on the next. */
export function lazyPage(load: () => Promise<PageModule>): ComponentType {
  let Page = lazy(loadPage);

  async function loadPage(): Promise<PageModule> {
    try {
      return await loadModule(load);
    } catch (error) {
      Page = lazy(loadPage);
      throw error;
    }
  }

  return function LazyPage() {
    return <Page />;
  };
}
