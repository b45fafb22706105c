// What a person may write into a field of one line: as the API has it, in layers/kernel/kernel/text.py.
const MOST_CHARACTERS = 200;
const FORBIDDEN = /[\p{Cc}\p{Noncharacter_Code_Point}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
// An unassigned character may be one that is younger than this browser.
const VISIBLE = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}\p{Cn}]/u;

export const isBlank = (text: string): boolean => !VISIBLE.test(text);

/** What is wrong with a text that has something visible, as what to do; undefined where nothing is. */
export function textError(text: string): string | undefined {
  if (Array.from(text).length > MOST_CHARACTERS) return `Use at most ${MOST_CHARACTERS} characters.`;
  if (FORBIDDEN.test(text)) return "Take out the control characters: they cannot be seen.";
  return undefined;
}
