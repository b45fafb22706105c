import { useMutation, type UseMutationOptions } from "@tanstack/react-query";
import { useRef } from "react";

/**
 * Like `useMutation`, but sends one request at a time: `mutate` does nothing while one is pending. The second click of a
 * double click can come before React has rendered the pending state.
 */
export function useSingleMutation<Data, Variables = void>(options: UseMutationOptions<Data, Error, Variables>) {
  const mutation = useMutation(options);
  const isPending = useRef(false);
  const mutate = (variables: Variables) => {
    if (isPending.current) return;
    isPending.current = true;
    const settled = () => {
      isPending.current = false;
    };
    mutation.mutateAsync(variables).then(settled, settled);
  };
  return { ...mutation, mutate };
}
