/**
 * Returns a function that refreshes what has changed. Refreshes do not overlap: all changes that are reported during one
 * refresh lead to one more.
 *
 * @param refresh - Refreshes the changed items.
 * @param pauseMs - Milliseconds between two refreshes.
 */
export function createRefresher<Item>(refresh: (changed: Set<Item>) => Promise<unknown>, pauseMs = 0): (item: Item) => void {
  let changed = new Set<Item>();
  let isRunning = false;
  const run = async () => {
    isRunning = true;
    while (changed.size > 0) {
      const batch = changed;
      changed = new Set();
      await refresh(batch);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    isRunning = false;
  };
  return (item) => {
    changed.add(item);
    if (!isRunning) void run();
  };
}
