import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { isNotFound } from "../api/api-error";
import { ErrorNotice } from "./error-notice";

interface QueryResultProps<Data> {
  query: Pick<UseQueryResult<Data>, "data" | "error" | "refetch">;
  /** Shown until the first response. */
  loading: ReactNode;
  /** Shown for an empty list. */
  empty?: ReactNode;
  /** Shown instead of the error after a 404. */
  notFound?: ReactNode;
  /** Renders the data. Fetched data stays visible when a later refetch fails. */
  children: (data: Data) => ReactNode;
}

/** Renders the state of a query in the same way on every page: loading, an error with a retry, empty, or the data. */
export function QueryResult<Data>({ query, loading, empty, notFound, children }: QueryResultProps<Data>) {
  const { data, error, refetch } = query;
  if (data !== undefined) return Array.isArray(data) && data.length === 0 && empty !== undefined ? empty : children(data);
  if (notFound !== undefined && isNotFound(error)) return notFound;
  return error ? <ErrorNotice error={error} retry={() => void refetch()} /> : loading;
}
