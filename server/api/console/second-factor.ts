// /console/api/session/totp and /recovery-code: the second step of signing in, and the proof once
// more that dangerous actions ask for. Each answers the session, under a new cookie.
import Type from 'typebox';
import { proveByRecoveryCode, proveByTotp } from '../../members/second-factor.ts';
import { Strict } from '../v1/schemas.ts';
import type { ConsoleDeps } from './console-guard.ts';
import type { ConsoleApi } from './console-route.ts';
import { answerSession } from './session.ts';
import { SessionView } from './session-view.ts';

export const Code = Strict({ code: Type.String({ minLength: 1, maxLength: 40 }) });

export function registerSecondFactor(consoleApi: ConsoleApi, deps: ConsoleDeps): void {
  const { members } = deps;
  const schema = { body: Code, response: { 200: SessionView } } as const;
  consoleApi.post(
    '/console/api/session/totp',
    { config: { action: 'pending' }, schema },
    async (request, reply) => {
      const made = await proveByTotp(members, request.console, request.body.code);
      return answerSession(deps, reply, made);
    },
  );
  consoleApi.post(
    '/console/api/session/recovery-code',
    { config: { action: 'pending' }, schema },
    async (request, reply) => {
      const made = await proveByRecoveryCode(members, request.console, request.body.code);
      return answerSession(deps, reply, made);
    },
  );
}
