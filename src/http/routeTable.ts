import type { Result, Router } from "hono/router";
import { TrieRouter } from "hono/router/trie-router";

/**
 * Hono's trie, which takes any mixture of fixed names and parameters, behind a memory of what it
 * found for the paths without parameters: most requests ask for one of those.
 */
export function routeTable<T>(): Router<T> {
  const trie = new TrieRouter<T>();
  const fixed = new Set<string>();
  const found = new Map<string, Map<string, Result<T>>>();
  return {
    name: "routeTable",
    add(method, path, handler) {
      trie.add(method, path, handler);
      if (!/[:*]/.test(path)) fixed.add(path);
      found.clear();
    },
    match(method, path) {
      const known = found.get(method)?.get(path);
      if (known) return known;
      const result = trie.match(method, path);
      if (!fixed.has(path)) return result;
      const ofMethod = found.get(method) ?? new Map<string, Result<T>>();
      found.set(method, ofMethod.set(path, result));
      return result;
    },
  };
}
