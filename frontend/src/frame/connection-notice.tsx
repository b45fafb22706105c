import Alert from "@cloudscape-design/components/alert";
import { useQuery } from "@tanstack/react-query";
import { api, serverStatus } from "../api/client";
import { messages } from "../messages";
import { useOnline } from "./online";

const PROBE_MS = 3000;

/** Says that the browser is offline, or that the server is gone. */
export function ConnectionNotice() {
  const isOnline = useOnline();
  const isGone = serverStatus.isGone.use();
  // The page may send no other request that would find out that the server is back.
  useQuery({ queryKey: ["server"], queryFn: probe, enabled: isOnline && isGone, refetchInterval: PROBE_MS, retry: false, gcTime: 0 });
  if (isOnline && !isGone) return null;
  return (
    <div className="offline" role="status">
      <Alert type="warning">{isOnline ? messages.frame.serverGone : messages.frame.offline}</Alert>
    </div>
  );
}

/** Sends a small request, whose outcome the client reports to `serverStatus`. */
async function probe(): Promise<boolean> {
  await api.GET("/products", { params: { query: { limit: 1 } } });
  return true;
}
