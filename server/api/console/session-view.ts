// What the screen is told of who is signed in: the member, the merchant's shops, what may be done.
import Type from 'typebox';
import { tokyoTimestamp } from '../../base/clock.ts';
import { publicId } from '../../base/ids.ts';
import { factorsOf } from '../../members/member.ts';
import { ACTION_NAMES, actionsOf, needsSecondFactor, ROLES } from '../../members/role.ts';
import { endOf, provedUntil, type SignedIn } from '../../members/session.ts';
import type { Shop } from '../../merchants/shop.ts';
import { Nullable, OneOf, Strict, Timestamp } from '../v1/schemas.ts';
import { SHOP_PREFIX } from './console-route.ts';

export const Factor = OneOf(['totp', 'passkey', 'recovery_code']);

export const SessionView = Strict({
  member: Strict({
    id: Type.String(),
    name: Type.String(),
    mail: Type.String(),
    role: OneOf(ROLES),
    locale: OneOf(['ja', 'en']),
  }),
  merchant: Strict({ id: Type.String(), name: Type.String() }),
  shops: Type.Array(
    Strict({
      id: Type.String(),
      number: Type.Integer(),
      name: Type.String(),
      mode: OneOf(['test', 'live']),
      status: OneOf(['open', 'closing', 'closed']),
    }),
  ),
  csrf: Type.String(),
  secondFactor: Strict({
    /** The role demands one. `done` false then means: set one up before anything else. */
    required: Type.Boolean(),
    done: Type.Boolean(),
    methods: Type.Array(Factor),
  }),
  actions: Type.Array(OneOf(ACTION_NAMES)),
  /** Ends then unless something is done before. */
  idleUntil: Timestamp,
  endsAt: Timestamp,
  /** Until then what is dangerous asks for no further proof; null = it asks. */
  provedUntil: Nullable(Timestamp),
});

export function viewSession(
  { session, member, merchantName }: SignedIn,
  shops: readonly Shop[],
  csrf: string,
) {
  const methods = factorsOf(member);
  const required = needsSecondFactor(member.role);
  const isClosed = required && methods.length === 0;
  const isProved = methods.length === 0 || session.proof !== 'password';
  const actions = actionsOf(member.role);
  return {
    member: {
      id: publicId('mbr', member.memberId),
      name: member.name,
      mail: member.mail,
      role: member.role,
      locale: member.locale,
    },
    merchant: { id: publicId('mer', member.merchantId), name: merchantName },
    shops: shops.map((shop) => ({
      id: publicId(SHOP_PREFIX, shop.shopId),
      number: shop.number,
      name: shop.name,
      mode: shop.mode,
      status: shop.status,
    })),
    csrf,
    secondFactor: { required, done: session.proof !== 'password', methods: [...methods] },
    actions: isClosed ? actions.filter((action) => action.startsWith('own.')) : [...actions],
    idleUntil: tokyoTimestamp(endOf(session)),
    endsAt: tokyoTimestamp(session.expiresAt),
    provedUntil: isProved ? tokyoTimestamp(provedUntil(session)) : null,
  };
}
