import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv, type Plugin } from "vite";
// Imported by its path, because the package does not export it.
import * as tokens from "./node_modules/@cloudscape-design/components/internal/generated/styles/tokens.js";

/**
 * Replaces design tokens of Cloudscape, such as `token(color-text-body-default)`, in the CSS files by their CSS variables
 * in the installed components. Decision 3 explains why the package of design tokens is not used.
 */
function designTokens(): Plugin {
  // A value looks like "var(--color-text-body-default-b2us04, #0f141a)".
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

/**
 * Leaves out the message formatter of Cloudscape's own error boundary: 12 kB, gzipped. PageErrorBoundary renders its own message.
 */
function withoutMessageFormatter(): Plugin {
  return { name: "without-message-formatter", enforce: "pre", load: { filter: { id: /\/intl-messageformat\// }, handler: () => "export default undefined;" } };
}

/** Members of a state machine that the page does not read. With most comments, they are three quarters of it. */
const UNREAD = ["Arguments", "Assign", "ErrorEquals", "Output", "Resource", "Retry", "TimeoutSeconds"];

/** Keeps what the page reads of a state machine: its graph, and the compensation of each step, which is in a comment. */
function stateMachineGraphs(): Plugin {
  const isRead = (key: string, value: unknown) => (key === "Comment" ? String(value).startsWith("Compensated by ") : !UNREAD.includes(key));
  return {
    name: "state-machine-graphs",
    enforce: "pre",
    transform: { filter: { id: /\.asl\.json$/ }, handler: (code) => JSON.stringify(JSON.parse(code), (key, value: unknown) => (isRead(key, value) ? value : undefined)) },
  };
}

export default defineConfig(({ mode }) => {
  // `make web` proxies the API and config.json to the web server that `make up` started.
  const { STACK_WEB_URL: stack = "http://127.0.0.1:8080" } = loadEnv(mode, ".", "STACK_");
  return {
    plugins: [designTokens(), withoutMessageFormatter(), stateMachineGraphs(), react()],
    server: { host: "127.0.0.1", fs: { allow: [".", "../contracts", "../statemachines"] }, proxy: { "/api": stack, "/config.json": stack } },
    // No asset is inlined as a data: URL, because the Content-Security-Policy does not allow data: fonts.
    build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 900 },
  };
});
