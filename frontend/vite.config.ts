import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv, type Plugin } from "vite";
// By its path, because the package does not export it.
import * as tokens from "./node_modules/@cloudscape-design/components/internal/generated/styles/tokens.js";

/**
 * Lets style.css name Cloudscape's design tokens, such as `token(color-text-body-default)`, with the hashes of the
 * installed components. Decision 90 says why not by the package of design tokens.
 */
function designTokens(): Plugin {
  // Each value is like "var(--color-text-body-default-b2us04, #0f141a)".
  const values = new Map(Object.values(tokens).map((value) => [/^var\(--(.+)-\w{6},/.exec(value)?.[1], value]));
  return {
    name: "design-tokens",
    enforce: "pre",
    transform: {
      filter: { id: /\/src\/.*\.css$/ },
      handler(code) {
        return code.replace(/token\(([a-z0-9-]+)\)/g, (_, name: string) => values.get(name) ?? this.error(`Cloudscape has no token ${name}.`));
      },
    },
  };
}

export default defineConfig(({ mode }) => {
  // The address of the API and config.json for `make web`: the web server that `make up` started.
  const { STACK_WEB_URL: stack = "http://127.0.0.1:8080" } = loadEnv(mode, ".", "STACK_");
  return {
    plugins: [designTokens(), react()],
    server: { host: "127.0.0.1", fs: { allow: [".", "../contracts", "../statemachines"] }, proxy: { "/api": stack, "/config.json": stack } },
    // Nothing is inlined as data:, so the Content-Security-Policy need not allow it for fonts.
    build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 900 },
  };
});
