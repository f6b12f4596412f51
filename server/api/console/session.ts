// /console/api/session: signing in by mail address and password, who is signed in, signing out, and
// the password once more for what is dangerous. The second factor is second-factor.ts.
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { factorsOf } from '../../members/member.ts';
import { notSignedIn, secondFactorNeeded } from '../../members/refusals.ts';
import type { NewToken } from '../../members/sessions.ts';
import { endSession, findSession } from '../../members/sessions.ts';
import { signIn } from '../../members/sign-in.ts';
import { provePassword } from '../../members/step-up.ts';
import { shopsOf } from '../../merchants/merchants.ts';
import { Strict } from '../v1/schemas.ts';
import { type ConsoleDeps, csrfOf, dropSession, setSession } from './console-guard.ts';
import type { ConsoleApi } from './console-route.ts';
import { SessionView, viewSession } from './session-view.ts';

const Credentials = Strict({
  mail: Type.String({ minLength: 1, maxLength: 254 }),
  password: Type.String({ minLength: 1, maxLength: 1_000 }),
});

const Password = Strict({ password: Type.String({ minLength: 1, maxLength: 1_000 }) });

const answers = { response: { 200: SessionView } } as const;

/** Where the browser stands, for the list of sessions. */
export function placeOf(request: FastifyRequest) {
  return { address: request.ip, userAgent: request.headers['user-agent'] ?? '' };
}

/** A new token goes into the cookie, and what it opens is told. */
export async function answerSession({ members }: ConsoleDeps, reply: FastifyReply, made: NewToken) {
  setSession(members, reply, made.token);
  const found = await findSession(members, made.token);
  // Ended by another request meanwhile.
  if (found === undefined) throw notSignedIn();
  const csrf = csrfOf(members.vault, found.session.sessionId);
  if (found.session.state === 'pending') {
    throw secondFactorNeeded(factorsOf(found.member), { csrf });
  }
  return viewSession(found, await shopsOf(members.db, found.member.merchantId), csrf);
}

export function registerSession(consoleApi: ConsoleApi, deps: ConsoleDeps): void {
  const { members } = deps;
  consoleApi.post(
    '/console/api/session',
    { config: { action: 'anyone' }, schema: { body: Credentials, ...answers } },
    async (request, reply) => {
      const opened = await signIn(members, { ...request.body, place: placeOf(request) });
      return answerSession(deps, reply, opened);
    },
  );
  consoleApi.get(
    '/console/api/session',
    { config: { action: 'pending' }, schema: answers },
    async (request) => {
      const { csrf, session, member } = request.console;
      if (session.state === 'pending') throw secondFactorNeeded(factorsOf(member), { csrf });
      return viewSession(request.console, await shopsOf(members.db, member.merchantId), csrf);
    },
  );
  consoleApi.delete(
    '/console/api/session',
    { config: { action: 'pending' } },
    async (request, reply) => {
      const { member, session } = request.console;
      await endSession(members, member, session.sessionId);
      dropSession(members, reply);
      return reply.code(204).send();
    },
  );
  consoleApi.post(
    '/console/api/session/password',
    { config: { action: 'own.write' }, schema: { body: Password, ...answers } },
    async (request, reply) => {
      const made = await provePassword(members, request.console, request.body.password);
      return answerSession(deps, reply, made);
    },
  );
}
