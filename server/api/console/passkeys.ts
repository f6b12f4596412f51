// /console/api/session/passkey: proving oneself by a passkey, with or without a session; and
// /console/api/passkeys: a member's own. Options and answers are WebAuthn's JSON, as browsers take
// and make it (`parseRequestOptionsFromJSON`, `toJSON`).
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { tokyoTimestamp } from '../../base/clock.ts';
import { publicId, uuidOf } from '../../base/ids.ts';
import { passkeyOptions, proveByPasskey, signInByPasskey } from '../../members/passkey-sign-in.ts';
import {
  beginPasskey,
  confirmPasskey,
  listPasskeys,
  removePasskey,
} from '../../members/passkeys.ts';
import { passkeyUnknown } from '../../members/refusals.ts';
import { IdParams, Nullable, Strict, Timestamp } from '../v1/schemas.ts';
import { type ConsoleDeps, sessionAt } from './console-guard.ts';
import { type ConsoleApi, memberOf } from './console-route.ts';
import { FactorAdded } from './factors.ts';
import { ownPlace } from './own-origin.ts';
import { answerSession, placeOf } from './session.ts';
import { SessionView } from './session-view.ts';

const PREFIX = 'psk';
const Text = Type.String({ maxLength: 20_000 });

/** What is looked at before the library looks; it checks the rest. Browsers add members. */
const common = {
  id: Type.String({ minLength: 1, maxLength: 1_400 }),
  rawId: Type.String({ minLength: 1, maxLength: 1_400 }),
  type: Type.Literal('public-key'),
  clientExtensionResults: Type.Object({}),
} as const;

const Assertion = Type.Object({
  ...common,
  response: Type.Object({
    clientDataJSON: Text,
    authenticatorData: Text,
    signature: Text,
    userHandle: Type.Optional(Nullable(Text)),
  }),
});

const Registration = Type.Object({
  ...common,
  response: Type.Object({
    clientDataJSON: Text,
    attestationObject: Text,
    transports: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 10 })),
  }),
});

const PasskeyView = Strict({
  id: Type.String(),
  name: Type.String(),
  createdAt: Timestamp,
  lastUsedAt: Nullable(Timestamp),
});

export function registerPasskeys(consoleApi: ConsoleApi, deps: ConsoleDeps): void {
  const { members } = deps;
  const here = (request: FastifyRequest) => ownPlace(request, members.publicUrl);
  consoleApi.post(
    '/console/api/session/passkey/options',
    { config: { action: 'anyone' } },
    async (request) => passkeyOptions(members, await sessionAt(deps, request), here(request)),
  );
  consoleApi.post(
    '/console/api/session/passkey/verify',
    {
      config: { action: 'anyone' },
      schema: { body: Strict({ response: Assertion }), response: { 200: SessionView } },
    },
    async (request, reply) => {
      const response = request.body.response as AuthenticationResponseJSON;
      const answer = { response, place: here(request) };
      const signedIn = await sessionAt(deps, request);
      const made =
        signedIn === undefined
          ? await signInByPasskey(members, answer, placeOf(request))
          : await proveByPasskey(members, signedIn, answer);
      return answerSession(deps, reply, made);
    },
  );
  registerOwn(consoleApi, deps, here);
}

function registerOwn(
  consoleApi: ConsoleApi,
  deps: ConsoleDeps,
  here: (request: FastifyRequest) => ReturnType<typeof ownPlace>,
): void {
  const { members } = deps;
  consoleApi.get(
    '/console/api/passkeys',
    {
      config: { action: 'own.read' },
      schema: { response: { 200: Strict({ data: Type.Array(PasskeyView) }) } },
    },
    async (request) => {
      const passkeys = await listPasskeys(members, memberOf(request).memberId);
      return {
        data: passkeys.map(({ passkeyId, name, createdAt, lastUsedAt }) => ({
          id: publicId(PREFIX, passkeyId),
          name,
          createdAt: tokyoTimestamp(createdAt),
          lastUsedAt: lastUsedAt && tokyoTimestamp(lastUsedAt),
        })),
      };
    },
  );
  consoleApi.post(
    '/console/api/passkeys/options',
    { config: { action: 'own.secure' } },
    async (request) => beginPasskey(members, memberOf(request), here(request)),
  );
  consoleApi.post(
    '/console/api/passkeys',
    {
      config: { action: 'own.secure' },
      schema: {
        body: Strict({ name: Type.String({ maxLength: 200 }), response: Registration }),
        response: { 200: FactorAdded },
      },
    },
    async (request, reply) => {
      const response = request.body.response as RegistrationResponseJSON;
      const answer = { name: request.body.name, response, place: here(request) };
      const added = await confirmPasskey(members, request.console, answer);
      const session = await answerSession(deps, reply, added);
      return { session, recoveryCodes: added.recoveryCodes && [...added.recoveryCodes] };
    },
  );
  consoleApi.delete(
    '/console/api/passkeys/:id',
    { config: { action: 'own.secure' }, schema: { params: IdParams } },
    async (request, reply) => {
      const passkeyId = uuidOf(PREFIX, request.params.id);
      if (passkeyId === undefined) throw passkeyUnknown();
      await removePasskey(members, memberOf(request), passkeyId);
      return reply.code(204).send();
    },
  );
}
