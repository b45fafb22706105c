import { queryOptions } from "@tanstack/react-query";
import { allPages, api, responseBody, type Schemas } from "../api/client";

export type Product = Schemas["ProductDocument"];

export const listProducts = (): Promise<Product[]> =>
  allPages(async (next_token) => {
    const { products, ...page } = await responseBody(api.GET("/products", { params: { query: { limit: 100, next_token } } }));
    return { items: products, ...page };
  });

/** All products. Polled, because the orders of other customers change the available quantities. */
export const productsQuery = queryOptions({ queryKey: ["products"], queryFn: listProducts, refetchInterval: 5000 });
