import { createStore } from "../shared/store";

const online = createStore(
  () => navigator.onLine,
  (refresh) => {
    addEventListener("online", refresh);
    addEventListener("offline", refresh);
  },
);

/** Whether the browser reports a network connection. */
export const useOnline = online.use;
