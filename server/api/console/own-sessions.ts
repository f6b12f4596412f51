// /console/api/sessions and /password: where a member is signed in, ending any of it, and a new
// password, which ends the rest.
import Type from 'typebox';
import { tokyoTimestamp } from '../../base/clock.ts';
import { publicId, uuidOf } from '../../base/ids.ts';
import { changePassword } from '../../members/change-password.ts';
import { sessionUnknown } from '../../members/refusals.ts';
import { endOtherSessions, endSession, listSessions } from '../../members/sessions.ts';
import { IdParams, OneOf, Strict, Timestamp } from '../v1/schemas.ts';
import type { ConsoleDeps } from './console-guard.ts';
import { type ConsoleApi, memberOf } from './console-route.ts';

const PREFIX = 'ses';

const SessionRow = Strict({
  id: Type.String(),
  /** The one that asks. */
  isThis: Type.Boolean(),
  address: Type.String(),
  userAgent: Type.String(),
  provedBy: OneOf(['password', 'totp', 'passkey', 'recovery_code']),
  createdAt: Timestamp,
  lastSeenAt: Timestamp,
});

const Ended = Strict({ endedCount: Type.Integer() });
const Passwords = Strict({
  present: Type.String({ minLength: 1, maxLength: 1_000 }),
  next: Type.String({ maxLength: 1_000 }),
});

export function registerOwnSessions(consoleApi: ConsoleApi, { members }: ConsoleDeps): void {
  consoleApi.get(
    '/console/api/sessions',
    {
      config: { action: 'own.read' },
      schema: { response: { 200: Strict({ data: Type.Array(SessionRow) }) } },
    },
    async (request) => {
      const { session } = request.console;
      const sessions = await listSessions(members, session.memberId);
      return {
        data: sessions.map((each) => ({
          id: publicId(PREFIX, each.sessionId),
          isThis: each.sessionId === session.sessionId,
          address: each.place.address,
          userAgent: each.place.userAgent,
          provedBy: each.proof,
          createdAt: tokyoTimestamp(each.createdAt),
          lastSeenAt: tokyoTimestamp(each.lastSeenAt),
        })),
      };
    },
  );
  consoleApi.delete(
    '/console/api/sessions/:id',
    { config: { action: 'own.write' }, schema: { params: IdParams } },
    async (request, reply) => {
      const sessionId = uuidOf(PREFIX, request.params.id);
      const isGone =
        sessionId !== undefined && (await endSession(members, memberOf(request), sessionId));
      if (!isGone) throw sessionUnknown();
      return reply.code(204).send();
    },
  );
  consoleApi.delete(
    '/console/api/sessions',
    { config: { action: 'own.write' }, schema: { response: { 200: Ended } } },
    async (request) => {
      const { session, member } = request.console;
      return { endedCount: await endOtherSessions(members, member, session.sessionId) };
    },
  );
  consoleApi.post(
    '/console/api/password',
    { config: { action: 'own.write' }, schema: { body: Passwords, response: { 200: Ended } } },
    async (request) => ({
      endedCount: await changePassword(members, request.console, request.body),
    }),
  );
}
