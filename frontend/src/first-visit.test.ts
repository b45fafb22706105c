// The limit of decision 3 for the gzipped JavaScript that a first visit of each page loads.
import { build, type Rolldown } from "vite";
import { expect, it, vi } from "vitest";

const MAX_BYTES = 200_000;

type Chunk = Rolldown.OutputChunk;

async function buildChunks(): Promise<Chunk[]> {
  // React has a larger build for tests.
  vi.stubEnv("NODE_ENV", "production");
  const { output } = (await build({ logLevel: "silent", build: { write: false } })) as Rolldown.RolldownOutput;
  return output.filter((file) => file.type === "chunk");
}

const gzippedBytes = async (code: string): Promise<number> =>
  (await new Response(new Blob([code]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer()).byteLength;

/** The chunk's source file, relative to `src`. */
const sourceOf = ({ facadeModuleId }: Chunk): string => facadeModuleId?.split("/src/").pop() ?? "";

/** The chunks that the browser loads for `visited`, with everything that they import. */
function loadedFor(visited: readonly Chunk[], chunks: readonly Chunk[]): Chunk[] {
  const loaded = new Set(visited.map(({ fileName }) => fileName));
  // A set also iterates over the names that are added meanwhile.
  for (const name of loaded) chunks.find(({ fileName }) => fileName === name)?.imports.forEach((imported) => loaded.add(imported));
  return chunks.filter(({ fileName }) => loaded.has(fileName));
}

it("loads little JavaScript for a first visit of any page", async () => {
  const chunks = await buildChunks();
  const sizes = new Map(await Promise.all(chunks.map(async ({ fileName, code }) => [fileName, await gzippedBytes(code)] as const)));
  const isConsole = (chunk: Chunk) => sourceOf(chunk).startsWith("console/");
  const entry = chunks.filter((chunk) => chunk.isEntry);
  const consoleFrame = chunks.filter((chunk) => sourceOf(chunk) === "console/console-routes.tsx");
  const pages = chunks.filter((chunk) => chunk.isEntry || sourceOf(chunk).endsWith("-page.tsx"));

  expect(pages.length).toBeGreaterThan(10);
  for (const page of pages) {
    const loaded = loadedFor([...entry, ...(isConsole(page) ? consoleFrame : []), page], chunks);
    const bytes = loaded.reduce((sum, { fileName }) => sum + (sizes.get(fileName) ?? 0), 0);
    expect(bytes, sourceOf(page)).toBeLessThan(MAX_BYTES);
  }
});
