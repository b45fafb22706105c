import { useQuery } from "@tanstack/react-query";
import { configQuery } from "../config";

/** The total, in minor units per currency, from which this deployment reviews orders. */
export function useReviewThresholds(): Readonly<Record<string, number>> {
  return useQuery(configQuery).data?.review_thresholds ?? {};
}
