import { type SubmitEvent, useState } from "react";
import { flushSync } from "react-dom";

/** The message of each field that is invalid: what the user should enter. */
export type FieldErrors<Field extends string> = Partial<Record<Field, string>>;

/**
 * Submits a form only if all fields are valid. Shows the messages from the first attempt on, and moves the focus to the
 * first invalid field.
 */
export function useValidatedForm<Field extends string>(errors: FieldErrors<Field>, submit: () => void) {
  const [wasTried, setTried] = useState(false);
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const isValid = Object.keys(errors).length === 0;
    // Rendered synchronously, so that `aria-invalid` is set before the next line looks for it.
    flushSync(() => setTried(!isValid));
    if (isValid) submit();
    else event.currentTarget.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  };
  const shown: FieldErrors<Field> = wasTried ? errors : {};
  return { onSubmit, errors: shown };
}
