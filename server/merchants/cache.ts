// A small bounded cache of loaded values that live for a moment: reference data that changes rarely
// and must be seen to change within a second. Loads of one key that come together are one load.

export interface BriefCache<Key, Value> {
  get(key: Key): Promise<Value>;
  /** The value where it is still fresh, without waiting. */
  peek(key: Key): Value | undefined;
  /** Forgets one key, or all. */
  forget(key?: Key): void;
}

interface Entry<Value> {
  readonly loading: Promise<Value>;
  value?: Value;
  /** 0 while loading. */
  staleAtMs: number;
}

/** `load` answers undefined for what does not exist; that is remembered as well. */
export function createBriefCache<Key, Value>(options: {
  readonly lifeMs: number;
  readonly maxEntries: number;
  readonly nowMs: () => number;
  readonly load: (key: Key) => Promise<Value>;
}): BriefCache<Key, Value> {
  const { lifeMs, maxEntries, nowMs, load } = options;
  const entries = new Map<Key, Entry<Value>>();

  function start(key: Key): Promise<Value> {
    if (entries.size >= maxEntries) entries.delete(entries.keys().next().value as Key);
    const entry: Entry<Value> = { loading: load(key), staleAtMs: 0 };
    entries.delete(key);
    entries.set(key, entry);
    entry.loading.then(
      (value) => {
        entry.value = value;
        entry.staleAtMs = nowMs() + lifeMs;
      },
      () => {
        if (entries.get(key) === entry) entries.delete(key);
      },
    );
    return entry.loading;
  }

  return {
    get(key) {
      const entry = entries.get(key);
      const fresh = entry !== undefined && (entry.staleAtMs === 0 || nowMs() < entry.staleAtMs);
      return fresh ? entry.loading : start(key);
    },
    peek(key) {
      const entry = entries.get(key);
      return entry !== undefined && nowMs() < entry.staleAtMs ? entry.value : undefined;
    },
    forget(key) {
      if (key === undefined) entries.clear();
      else entries.delete(key);
    },
  };
}
