import { InfiniteQueryObserver, QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { refetchList } from "./refetch-list";

it("keeps the next page that is being fetched, and then fetches the change", async () => {
  let version = 1;
  let respond: () => void = () => undefined;
  const client = new QueryClient();
  const orders = new InfiniteQueryObserver(client, {
    queryKey: ["orders"],
    queryFn: async ({ pageParam }) => {
      const fetched = `page ${pageParam}, version ${version}`;
      await new Promise<void>((resolve) => (respond = resolve));
      return fetched;
    },
    initialPageParam: 1,
    getNextPageParam: (_last, pages) => pages.length + 1,
  });
  const pages = () => orders.getCurrentResult().data?.pages;
  const settle = async () => {
    respond();
    await new Promise((resolve) => setTimeout(resolve));
  };
  orders.subscribe(() => undefined);
  await settle();

  void orders.fetchNextPage();
  version = 2;
  const refetched = refetchList(client, "orders");
  await settle();
  expect(pages()).toEqual(["page 1, version 1", "page 2, version 1"]);
  await settle();
  await settle();
  await refetched;

  expect(pages()).toEqual(["page 1, version 2", "page 2, version 2"]);
  orders.destroy();
});
