import { type SubmitEvent, useState } from "react";
import { flushSync } from "react-dom";

/** The error message of each invalid field. It says what the user should enter. */
export type FieldErrors<Field extends string> = Partial<Record<Field, string>>;

/**
 * Submits a form only if all fields are valid. Otherwise it shows the error messages and moves the focus to the first
 * invalid field. No error is shown before the first attempt to submit.
 */
export function useValidatedForm<Field extends string>(errors: FieldErrors<Field>, submit: () => void) {
  const [wasTried, setTried] = useState(false);
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const isValid = Object.keys(errors).length === 0;
    // Renders synchronously, because the query below needs `aria-invalid`.
    flushSync(() => setTried(!isValid));
    if (isValid) submit();
    else event.currentTarget.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  };
  const shown: FieldErrors<Field> = wasTried ? errors : {};
  return { onSubmit, errors: shown };
}
