import type { QueryClient } from "@tanstack/react-query";

/**
 * Refetches a list that has changed. A running fetch ends first, because it may be the next page that the user asked for.
 * It may not contain the change, so the list is fetched once more.
 */
export async function refetchList(client: QueryClient, list: string): Promise<void> {
  const queryKey = [list];
  await client.refetchQueries({ queryKey, fetchStatus: "fetching" }, { cancelRefetch: false });
  await client.invalidateQueries({ queryKey }, { cancelRefetch: false });
}
