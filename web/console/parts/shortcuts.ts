// Keys that do something wherever the cursor is not in a field: one (`/`) or two in a row (`g h`).
import { useEffect, useRef } from 'react';

export type Shortcuts = Readonly<Record<string, (() => void) | undefined>>;

/** Between the two keys of a pair. */
const PAIR_MS = 1_200;

const TAKES_KEYS = 'input, textarea, select, [contenteditable], [role=menu], [role=dialog]';

export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    let first = '';
    let since = 0;
    const hear = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const target = event.target as Element | null;
      if (target?.closest?.(TAKES_KEYS)) return;
      // A button or link in focus has Enter for itself.
      if (event.key === 'Enter' && target?.closest?.('a, button')) return;
      const pair = Date.now() - since < PAIR_MS ? `${first} ${event.key}` : '';
      const run = latest.current[pair] ?? latest.current[event.key];
      first = event.key;
      since = Date.now();
      if (run === undefined) return;
      event.preventDefault();
      since = 0;
      run();
    };
    document.addEventListener('keydown', hear);
    return () => document.removeEventListener('keydown', hear);
  }, []);
}
