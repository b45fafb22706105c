import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, responseBody } from "../api/client";
import { configQuery } from "../config";
import { useUser } from "../session/session";
import { startLiveConnection } from "./live-connection";
import { setLive } from "./polling";
import { refetchList } from "./refetch-list";
import { createRefresher } from "./refresher";

/** The lists whose content follows from the orders. */
const LISTS = ["orders", "activity", "tasks"];
/** An operator receives the changes of all orders. */
const LISTS_PAUSE_MS = 1000;
const CLOCK_MS = 10_000;
/** Browsers run the timers of a hidden page about once a minute. A longer gap means that the computer slept. */
const SLEEP_MS = 90_000;

/** Refetches the orders of the signed-in user when they change. */
export function LiveUpdates() {
  const userId = useUser()?.id;
  const client = useQueryClient();
  const isSignedIn = userId !== undefined;
  const isOffered = useQuery({ ...configQuery, enabled: isSignedIn }).data?.live_updates ?? false;
  useEffect(() => (isSignedIn && isOffered ? connect(client) : undefined), [client, userId, isSignedIn, isOffered]);
  return null;
}

/** Connects until the returned function is called. */
function connect(client: QueryClient): () => void {
  const refetchOrder = createRefresher((orderIds: Set<string>) =>
    Promise.all([...orderIds].map((id) => client.invalidateQueries({ queryKey: ["order", id], exact: true }))),
  );
  const refetchLists = createRefresher(
    (lists: Set<string>) => Promise.all([...lists].map((list) => refetchList(client, list))),
    LISTS_PAUSE_MS,
  );
  const connection = startLiveConnection({
    requestUrl: async () => (await responseBody(api.POST("/live/tickets"))).url,
    isOnline: () => navigator.onLine,
    onChangedOrder: (orderId) => {
      refetchOrder(orderId);
      LISTS.forEach(refetchLists);
    },
    onConnected: (isConnected) => {
      setLive(isConnected);
      // Changes may have been missed, and the interval of the polls has changed.
      void client.invalidateQueries({ queryKey: ["order"] });
      LISTS.forEach(refetchLists);
    },
  });
  let lastTick = Date.now();
  const clock = setInterval(() => {
    if (Date.now() - lastTick > SLEEP_MS) connection.reconnect();
    lastTick = Date.now();
  }, CLOCK_MS);
  addEventListener("online", connection.reconnect);
  return () => {
    clearInterval(clock);
    removeEventListener("online", connection.reconnect);
    connection.stop();
    setLive(false);
  };
}
