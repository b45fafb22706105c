import { type SubmitEvent, useState } from "react";
import { flushSync } from "react-dom";

/** What is wrong with each field that is: for the person, as what to do. */
export type Faults<Field extends string> = Partial<Record<Field, string>>;

/**
 * Sends a form only when all of it is right. Until then each field says what it wants, from the first try on, and the
 * first that is wrong takes the keyboard.
 */
export function useChecked<Field extends string>(faults: Faults<Field>, send: () => void) {
  const [wasTried, setTried] = useState(false);
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const isRight = Object.keys(faults).length === 0;
    // Drawn at once, so that the field is marked by the time that it is looked for.
    flushSync(() => setTried(!isRight));
    if (isRight) send();
    else event.currentTarget.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  };
  const shown: Faults<Field> = wasTried ? faults : {};
  return { onSubmit, faults: shown };
}
