// The recipient's pages put together: /l/:token (the link that was sent) and /r (the code that was
// typed), with the headers, bodies and error pages they share. Nothing here needs a script.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { localeOf } from '../locale.ts';
import { describeError } from '../log.ts';
import { asRefusal } from '../problem.ts';
import type { Api } from '../resource.ts';
import { registerAccount } from './account-routes.ts';
import { registerAssets } from './assets.ts';
import { registerBanks } from './bank-routes.ts';
import { registerChanges } from './change-routes.ts';
import { faultPage } from './closed-pages.ts';
import { registerCodes } from './code-routes.ts';
import { registerConfirm } from './confirm-routes.ts';
import { registerEntry } from './entry-routes.ts';
import { registerHelp } from './help-routes.ts';
import { registerKnownAccount } from './known-account.ts';
import { registerMethods } from './method-routes.ts';
import { registerNamePreview } from './name-preview.ts';
import { registerRailEntry } from './rail-entry-routes.ts';
import { registerReturn } from './return-routes.ts';
import { registerReveal } from './reveal-routes.ts';
import { registerSignIn } from './sign-in-routes.ts';
import { registerStatus } from './status-routes.ts';
import {
  contentPolicy,
  frameOf,
  type RecipientDeps,
  readAsk,
  rootOf,
  send,
  unknownLink,
} from './visit.ts';

const BODY_LIMIT_BYTES = 16_384;
const FORM = 'application/x-www-form-urlencoded';

const HEADERS = {
  'content-security-policy': contentPolicy(),
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cross-origin-opener-policy': 'same-origin',
  'x-robots-tag': 'noindex',
};

/**
 * Public routes: each guards itself by the token in its path, by the answers to the link's
 * questions (kept as a signed cookie for half an hour) and by a token in every form.
 */
export function registerRecipientPages(api: Api, deps: RecipientDeps): void {
  api.register(async (open) => {
    const scope = open as Api;
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      FORM,
      { parseAs: 'string', bodyLimit: BODY_LIMIT_BYTES },
      (_request, body, done) => done(null, body),
    );
    scope.addHook('onRequest', (_request, reply, done) => {
      reply.headers(HEADERS);
      done();
    });
    scope.setErrorHandler((error, request, reply) => sendFault(deps, error, request, reply));
    registerEntry(scope, deps);
    registerMethods(scope, deps);
    registerRailEntry(scope, deps);
    registerSignIn(scope, deps);
    registerReveal(scope, deps);
    registerBanks(scope, deps);
    registerAccount(scope, deps);
    registerNamePreview(scope, deps);
    registerKnownAccount(scope, deps);
    registerConfirm(scope, deps);
    registerStatus(scope, deps);
    registerReturn(scope, deps);
    registerChanges(scope, deps);
    registerHelp(scope, deps);
    registerCodes(scope, deps);
    scope.get('/l/*', { schema: { hide: true } }, async (request, reply) =>
      send(deps, request, reply, unknownLink(deps, request)),
    );
    registerAssets(scope);
  });
}

function sendFault(
  deps: RecipientDeps,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { refusal, isFault } = asRefusal(error);
  if (isFault) {
    const route = request.routeOptions.url ?? null;
    const about = { request_id: request.id, method: request.method, route };
    request.log.error({ ...about, ...describeError(error) }, 'request failed');
  }
  const ask = readAsk(deps, request, localeOf(request.headers['accept-language']));
  const frame = frameOf(deps, ask, `${rootOf(deps)}/r`);
  const page = faultPage(frame.say, refusal.status >= 500);
  return send(deps, request, reply, { kind: 'page', status: refusal.status, frame, page });
}
