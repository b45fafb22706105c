/** Removes the entries of the storage whose keys start with `prefix`. */
export function removeStored(prefix: string, storage: Storage = sessionStorage): void {
  for (const key of Object.keys(storage)) if (key.startsWith(prefix)) storage.removeItem(key);
}
