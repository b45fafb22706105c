import Flashbar, { type FlashbarProps } from "@cloudscape-design/components/flashbar";
import { createContext, type ReactNode, useContext, useState } from "react";
import { consoleMessages } from "./console-messages";

/** More notices would cover the page. */
const MAX_NOTICES = 3;

type Notify = (text: string, type?: "success" | "info") => void;

const NotifyContext = createContext<Notify>(() => undefined);

/** Returns a function that shows what an action of the operator did, until the operator dismisses it. */
export const useNotify = (): Notify => useContext(NotifyContext);

/**
 * Shows notices above the pages of the console. They stay when the operator opens another page, cover no place in the
 * layout, and leave the focus where it is.
 */
export function Notices({ children }: { children: ReactNode }) {
  const [items, setItems] = useState<readonly FlashbarProps.MessageDefinition[]>([]);
  const notify: Notify = (text, type = "success") => {
    const id = crypto.randomUUID();
    const notice: FlashbarProps.MessageDefinition = {
      id,
      type,
      content: text,
      // Announces the text without moving the focus.
      ariaRole: "status",
      dismissible: true,
      dismissLabel: consoleMessages.operations.dismiss,
      onDismiss: () => setItems((current) => current.filter((each) => each.id !== id)),
    };
    setItems((current) => [notice, ...current].slice(0, MAX_NOTICES));
  };
  return (
    <NotifyContext value={notify}>
      {children}
      <div className="notices">
        <Flashbar items={items} i18nStrings={consoleMessages.operations.notices} />
      </div>
    </NotifyContext>
  );
}
