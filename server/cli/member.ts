// `member`: the people of a merchant who sign in to the management screen. The operator enters the
// first owner, and helps where a merchant has nobody left who can.
import { randomInt } from 'node:crypto';
import { addMember } from '../members/add-member.ts';
import { listMembers, removeMember, resetSecondFactor } from '../members/manage-members.ts';
import { factorsOf } from '../members/member.ts';
import { ROLE_NAMES, ROLES } from '../members/role.ts';
import { argument, choice, needed } from './read-input.ts';
import { sheet } from './table.ts';
import type { Argument, Given, Noun, Option, Session } from './verb.ts';
import { readId, shown, stamp, when } from './words.ts';

const MERCHANT: Option = {
  flags: '--merchant <id>',
  says: { ja: '加盟店ID（mer_…）', en: 'ID of the merchant (mer_…)' },
  isRequired: true,
};

const MEMBER: Argument = {
  name: '<member>',
  says: { ja: 'メンバーID（mbr_…）', en: 'ID of the member' },
};

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Four groups of four letters: 79 bits, typed once. */
function newPassword(): string {
  const group = () => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}

function managedBy(session: Session, given: Given) {
  const merchantId = readId('merchant', needed(given, 'merchant'));
  return { merchantId, memberId: readId('member', argument(given)), by: session.by };
}

export const member: Noun = {
  name: 'member',
  says: { ja: '管理画面のメンバー', en: 'members who use the management screen' },
  verbs: [
    {
      name: 'add',
      says: {
        ja: 'メンバーを登録する（最初のパスワードを一度だけ表示する）',
        en: 'enter a member; the first password is shown once',
      },
      example: 'member add --merchant mer_… --role owner --name 山田太郎 --mail yamada@example.jp',
      options: [
        MERCHANT,
        {
          flags: '--role <role>',
          says: { ja: `役割（${ROLES.join('、')}）`, en: `role (${ROLES.join(', ')})` },
          isRequired: true,
        },
        { flags: '--name <name>', says: { ja: '名前', en: 'name' }, isRequired: true },
        { flags: '--mail <mail>', says: { ja: 'メールアドレス', en: 'mail' }, isRequired: true },
      ],
      async run(session, given) {
        const { members } = await session.core();
        const password = newPassword();
        const role = choice(given, 'role', ROLES)!;
        const memberId = await addMember(members, {
          ...{ merchantId: readId('merchant', needed(given, 'merchant')), role, password },
          ...{ name: needed(given, 'name'), mail: needed(given, 'mail'), by: session.by },
          locale: session.isJapanese ? 'ja' : 'en',
        });
        const id = shown('member', memberId);
        const text = sheet([
          [session.say('メンバーID', 'Member ID'), id],
          [session.say('最初のパスワード', 'First password'), password],
        ]);
        session.remark(
          session.say(
            'パスワードは本人だけに伝え、サインイン後に変更してもらってください。',
            'Tell the password to this person alone, who changes it after signing in.',
          ),
        );
        return { json: { id, password }, text };
      },
    },
    {
      name: 'list',
      says: { ja: 'メンバーの一覧', en: 'list the members of a merchant' },
      example: 'member list --merchant mer_…',
      options: [MERCHANT],
      async run(session, given) {
        const { members } = await session.core();
        const merchantId = readId('merchant', needed(given, 'merchant'));
        const found = await listMembers(members, merchantId);
        const { say } = session;
        const heads = [
          'ID',
          say('名前', 'Name'),
          say('メール', 'Mail'),
          say('役割', 'Role'),
          say('2段階目', 'Second factor'),
          say('最終サインイン', 'Last signed in'),
        ];
        const rows = found.map((each) => [
          shown('member', each.memberId),
          each.name,
          each.mail,
          say(ROLE_NAMES[each.role].ja, ROLE_NAMES[each.role].en),
          factorsOf(each).join(', ') || '-',
          when(each.lastSignedInAt),
        ]);
        const data = found.map((each) => ({
          id: shown('member', each.memberId),
          name: each.name,
          mail: each.mail,
          role: each.role,
          second_factor: factorsOf(each),
          last_signed_in_at: stamp(each.lastSignedInAt),
        }));
        return { json: { data }, text: session.table(heads, rows) };
      },
    },
    {
      name: 'remove',
      says: { ja: 'メンバーを外す', en: 'take a member out' },
      example: 'member remove mbr_… --merchant mer_…',
      args: [MEMBER],
      options: [MERCHANT],
      confirm: {
        ja: 'このメンバーは直ちにサインインできなくなります。外しますか？',
        en: 'This member cannot sign in any more, at once. Take them out?',
      },
      async run(session, given) {
        const { members } = await session.core();
        await removeMember(members, managedBy(session, given));
        const id = argument(given);
        return { json: { id }, text: session.say(`外しました：${id}`, `Taken out: ${id}`) };
      },
    },
    {
      name: 'reset-second-factor',
      says: {
        ja: '紛失した2段階目の本人確認を消す（次のサインインで登録し直す）',
        en: 'take away a lost second factor; it is set up anew at the next sign-in',
      },
      example: 'member reset-second-factor mbr_… --merchant mer_…',
      args: [MEMBER],
      options: [MERCHANT],
      confirm: {
        ja: '本人であることを確かめましたか？ 2段階目の本人確認を消します。',
        en: 'Have you made sure who asks? This takes the second factor away.',
      },
      async run(session, given) {
        const { members } = await session.core();
        await resetSecondFactor(members, managedBy(session, given));
        const id = argument(given);
        return { json: { id }, text: session.say(`消しました：${id}`, `Taken away: ${id}`) };
      },
    },
  ],
};
