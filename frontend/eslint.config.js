import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "src/api/contract.d.ts"] },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.strictTypeChecked, reactHooks.configs.flat.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Allows the common shorthand `onClick={() => setOpen(true)}`.
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["src/**"],
    ignores: ["src/shared/single-mutation.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { name: "@tanstack/react-query", importNames: ["useMutation"], message: "A double click would send two requests: use useSingleMutation." },
      ],
    },
  },
);
