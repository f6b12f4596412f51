// Whether somebody is there: what looks again by itself stops when nobody is, so that a session
// ends at a screen that was left alone.
import { useIdle } from '@mantine/hooks';

const AWAY_MS = 5 * 60_000;

/** `everyMs` while somebody moves, types or reads on; false afterwards. */
export function useAgain(everyMs: number): number | false {
  const isAway = useIdle(AWAY_MS, { initialState: false });
  return isAway ? false : everyMs;
}
