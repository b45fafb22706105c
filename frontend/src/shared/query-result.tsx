import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { isNotFound } from "../api/api-error";
import { ErrorNotice } from "./error-notice";

interface QueryResultProps<Data> {
  query: Pick<UseQueryResult<Data>, "data" | "error" | "refetch">;
  /** Shown until there is a response. */
  loading: ReactNode;
  /** Shown for an empty list. */
  empty?: ReactNode;
  /** Shown for a 404 instead of the error. */
  notFound?: ReactNode;
  /** Renders the data. Data that was fetched once stays visible while a refetch fails. */
  children: (data: Data) => ReactNode;
}

/** The states of a query, the same on every page: loading, failed with a retry, empty, or its data. */
export function QueryResult<Data>({ query, loading, empty, notFound, children }: QueryResultProps<Data>) {
  const { data, error, refetch } = query;
  if (data !== undefined) return Array.isArray(data) && data.length === 0 && empty !== undefined ? empty : children(data);
  if (notFound !== undefined && isNotFound(error)) return notFound;
  return error ? <ErrorNotice error={error} retry={() => void refetch()} /> : loading;
}
