// /console/api/totp and /recovery-codes: a member sets up, replaces and takes away their own
// authenticator app, and gets new recovery codes. Passkeys are passkeys.ts.
import QRCode from 'qrcode';
import Type from 'typebox';
import {
  beginTotp,
  confirmTotp,
  removeTotp,
  renewRecoveryCodes,
} from '../../members/factor-set-up.ts';
import { Nullable, Strict } from '../v1/schemas.ts';
import type { ConsoleDeps } from './console-guard.ts';
import { type ConsoleApi, memberOf } from './console-route.ts';
import { Code } from './second-factor.ts';
import { answerSession } from './session.ts';
import { SessionView } from './session-view.ts';

const TotpDraft = Strict({
  secret: Type.String(),
  otpauthUri: Type.String(),
  /** The URI as a code to scan: an SVG document. */
  qrSvg: Type.String(),
});

/** Shown once, or null where there were some. */
export const RecoveryCodes = Nullable(Type.Array(Type.String()));

export const FactorAdded = Strict({ session: SessionView, recoveryCodes: RecoveryCodes });

export function registerFactors(consoleApi: ConsoleApi, deps: ConsoleDeps): void {
  const { members } = deps;
  consoleApi.post(
    '/console/api/totp',
    { config: { action: 'own.secure' }, schema: { response: { 200: TotpDraft } } },
    async (request) => {
      const draft = await beginTotp(members, memberOf(request));
      const qrSvg = await QRCode.toString(draft.otpauthUri, { type: 'svg', margin: 2 });
      return { ...draft, qrSvg };
    },
  );
  consoleApi.post(
    '/console/api/totp/confirm',
    { config: { action: 'own.secure' }, schema: { body: Code, response: { 200: FactorAdded } } },
    async (request, reply) => {
      const added = await confirmTotp(members, request.console, request.body.code);
      const session = await answerSession(deps, reply, added);
      return { session, recoveryCodes: added.recoveryCodes && [...added.recoveryCodes] };
    },
  );
  consoleApi.delete(
    '/console/api/totp',
    { config: { action: 'own.secure' } },
    async (request, reply) => {
      await removeTotp(members, memberOf(request));
      return reply.code(204).send();
    },
  );
  consoleApi.post(
    '/console/api/recovery-codes',
    {
      config: { action: 'own.secure' },
      schema: { response: { 200: Strict({ recoveryCodes: Type.Array(Type.String()) }) } },
    },
    async (request) => ({
      recoveryCodes: [...(await renewRecoveryCodes(members, memberOf(request)))],
    }),
  );
}
