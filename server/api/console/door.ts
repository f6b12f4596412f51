// The door of the management screen as one: signing in, who is signed in, members and their means.
// Resources about remittances, balance, settings ... are registered beside it, in server.ts.
import type { ConsoleDeps } from './console-guard.ts';
import type { ConsoleApi } from './console-route.ts';
import { registerFactors } from './factors.ts';
import { registerMembers } from './members.ts';
import { registerOwnSessions } from './own-sessions.ts';
import { registerPasskeys } from './passkeys.ts';
import { registerSecondFactor } from './second-factor.ts';
import { registerSession } from './session.ts';

export function registerDoor(consoleApi: ConsoleApi, deps: ConsoleDeps): void {
  registerSession(consoleApi, deps);
  registerSecondFactor(consoleApi, deps);
  registerFactors(consoleApi, deps);
  registerPasskeys(consoleApi, deps);
  registerOwnSessions(consoleApi, deps);
  registerMembers(consoleApi, deps);
}
