// Roles of a merchant's members and what each may do: the one table that the server holds every
// console endpoint to, the session tells the screen, and the tests go through. Pure.

export const ROLES = ['owner', 'approver', 'maker', 'support', 'developer', 'read_only'] as const;

export type Role = (typeof ROLES)[number];

export const ROLE_NAMES: Readonly<Record<Role, { readonly ja: string; readonly en: string }>> = {
  owner: { ja: '管理者', en: 'owner' },
  approver: { ja: '承認者', en: 'approver' },
  maker: { ja: '作成者', en: 'maker' },
  support: { ja: '問い合わせ担当', en: 'support' },
  developer: { ja: '開発者', en: 'developer' },
  read_only: { ja: '閲覧者', en: 'read-only' },
};

interface Rule {
  readonly roles: readonly Role[];
  /** Only with a second factor proved within the last minutes. */
  readonly isDangerous?: true;
  /** Only in test shops. */
  readonly isTestOnly?: true;
}

const EVERYBODY = ROLES;
/** Whoever has to do with money. */
const MONEY = ['owner', 'approver', 'maker'] as const;

/**
 * Action by action, who may. An endpoint names one of these; a new endpoint takes one of them or
 * adds its own line. `own.*` is what each does for themselves: password, factors, sessions.
 */
export const ACTIONS = {
  'own.read': { roles: EVERYBODY },
  'own.write': { roles: EVERYBODY },
  'own.secure': { roles: EVERYBODY, isDangerous: true },

  'remittances.read': { roles: EVERYBODY },
  'remittances.create': { roles: ['owner', 'maker'] },
  'remittances.approve': { roles: ['owner', 'approver'], isDangerous: true },
  'remittances.cancel': { roles: MONEY },
  /** A corrected account, another date: the money goes elsewhere or at another time. */
  'remittances.correct': { roles: ['owner', 'maker'] },
  /** Remind, resend, extend, reissue: the recipient is told again; nothing else changes. */
  'remittances.remind': { roles: ['owner', 'approver', 'maker', 'support'] },
  'remittances.export': { roles: ['owner', 'approver', 'maker', 'read_only'] },

  /** Recipient accounts, masked. */
  'accounts.read': { roles: ['owner', 'approver', 'maker', 'developer', 'read_only'] },
  'accounts.write': { roles: ['owner', 'maker'] },
  /** Account numbers in full. */
  'accounts.reveal': { roles: MONEY },

  'balance.read': { roles: ['owner', 'approver', 'maker', 'developer', 'read_only'] },
  'deposits.read': { roles: ['owner', 'approver', 'maker', 'developer', 'read_only'] },
  /** 残高の払戻し */
  'balance.pay_out': { roles: ['owner', 'approver'], isDangerous: true },
  'documents.read': { roles: ['owner', 'approver', 'maker', 'read_only'] },

  'keys.read': { roles: ['owner', 'developer'] },
  'keys.write': { roles: ['owner', 'developer'], isDangerous: true },
  'webhooks.read': { roles: ['owner', 'developer'] },
  'webhooks.write': { roles: ['owner', 'developer'] },
  'requests.read': { roles: ['owner', 'developer'] },
  'sandbox.write': { roles: ['owner', 'maker', 'developer'], isTestOnly: true },

  'settings.read': { roles: EVERYBODY },
  'settings.write': { roles: ['owner'] },
  'approval_rules.write': { roles: ['owner'], isDangerous: true },
  'stops.write': { roles: ['owner', 'approver'] },
  'members.read': { roles: EVERYBODY },
  'members.write': { roles: ['owner'], isDangerous: true },
  'audit.read': { roles: ['owner', 'read_only'] },
} as const satisfies Readonly<Record<string, Rule>>;

export type Action = keyof typeof ACTIONS;

export const ACTION_NAMES = Object.keys(ACTIONS) as readonly Action[];

const ruleOf = (action: Action): Rule => ACTIONS[action];

export const mayDo = (role: Role, action: Action) => ruleOf(action).roles.includes(role);
export const isDangerous = (action: Action) => ruleOf(action).isDangerous === true;
export const isTestOnly = (action: Action) => ruleOf(action).isTestOnly === true;

/** Those whose word moves money or lets others in: they sign in with a second factor or not. */
export const needsSecondFactor = (role: Role) => role === 'owner' || role === 'approver';

/** All that a member of this role may do. */
export function actionsOf(role: Role): readonly Action[] {
  return ACTION_NAMES.filter((action) => mayDo(role, action));
}
