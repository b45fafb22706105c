import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";

export default defineConfig(({ mode }) => {
  // Where `make web` finds the API and config.json: the web server that `make up` started.
  const { STACK_WEB_URL: stack = "http://127.0.0.1:8080" } = loadEnv(mode, ".", "STACK_");
  return {
    plugins: [react()],
    server: { host: "127.0.0.1", fs: { allow: [".", "../contracts", "../statemachines"] }, proxy: { "/api": stack, "/config.json": stack } },
    // Nothing is inlined as data:, so the Content-Security-Policy need not allow it for fonts.
    build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 900 },
  };
});
