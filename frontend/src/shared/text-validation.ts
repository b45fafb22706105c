// The rules for a single-line text field. The API has the same rules in layers/kernel/kernel/text.py.
import { messages } from "../messages";

const MAX_CHARACTERS = 200;
const FORBIDDEN = /[\p{Cc}\p{Noncharacter_Code_Point}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
// Includes unassigned characters (Cn), because a newer version of Unicode than the browser's may have assigned them.
const VISIBLE = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}\p{Cn}]/u;

/** Whether a text has no visible character. */
export const isBlank = (text: string): boolean => !VISIBLE.test(text);

/** The error message for a text that is not blank; undefined if the text is valid. */
export function textError(text: string): string | undefined {
  if (Array.from(text).length > MAX_CHARACTERS) return messages.textField.tooLong(MAX_CHARACTERS);
  if (FORBIDDEN.test(text)) return messages.textField.controlCharacters;
  return undefined;
}
