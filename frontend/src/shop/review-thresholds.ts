import { useQuery } from "@tanstack/react-query";
import { readConfig } from "../config";

/** From which total of its currency up a person reviews an order, in minor units, as this deployment has it. */
export function useReviewThresholds(): Readonly<Record<string, number>> {
  const config = useQuery({ queryKey: ["config"], queryFn: readConfig, staleTime: Infinity });
  return config.data?.review_thresholds ?? {};
}
