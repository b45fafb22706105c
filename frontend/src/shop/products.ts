import { useQuery } from "@tanstack/react-query";
import { listProducts } from "../api/shop-api";

/** All products, asked for again every few seconds: what is available changes while one looks. */
export const useProducts = () => useQuery({ queryKey: ["products"], queryFn: listProducts, refetchInterval: 5000 });
