// `bank-setting`: what the operator knows of receiving banks beyond their directory entry: by when
// money has arrived.
import { Refusal } from '../base/refusal.ts';
import { bankSettingsOf, setBankSetting } from '../remittances/terms.ts';
import { argument, text, wholeNumber } from './read-input.ts';
import { type Noun, UsageError } from './verb.ts';

const MAX_DAYS = 10;

const bankUnknown = () =>
  new Refusal('bank_not_found', {
    ja: 'この銀行コードは金融機関一覧にありません。',
    en: 'No bank of the directory has this code.',
  });

export const bankSetting: Noun = {
  name: 'bank-setting',
  says: { ja: '銀行ごとの設定', en: 'settings of receiving banks' },
  verbs: [
    {
      name: 'set',
      says: {
        ja: '着金までの営業日数と備考を決める',
        en: 'set by when money has arrived, and a note',
      },
      example: 'bank-setting set 9900 --arrival-days 2 --note 翌々営業日着',
      args: [{ name: '<bank>', says: { ja: '銀行コード（4桁）', en: 'bank code (4 digits)' } }],
      options: [
        {
          flags: '--arrival-days <days>',
          says: {
            ja: '振込指定日から着金までの営業日数',
            en: 'business days after the transfer date',
          },
          isRequired: true,
        },
        { flags: '--note <text>', says: { ja: '備考', en: 'a note' } },
      ],
      async run(session, given) {
        const core = await session.core();
        const bankCode = argument(given);
        const bank = core.directory.bank(bankCode);
        if (bank === undefined) throw bankUnknown();
        const arrivalBusinessDays = wholeNumber(given, 'arrival-days', MAX_DAYS);
        if (arrivalBusinessDays === undefined) {
          throw new UsageError('--arrival-daysを指定してください。', 'Give --arrival-days.');
        }
        const setting = { bankCode, arrivalBusinessDays, note: text(given, 'note') ?? '' };
        const data = { arrival_business_days: arrivalBusinessDays, note: setting.note };
        await core.db.transaction(async (tx) => {
          await setBankSetting(tx, setting);
          const [by, action] = [session.by, 'bank_setting.changed'];
          await core.audit(tx, { shopId: null, by, action, subject: bankCode, data });
        });
        return {
          json: { bank_code: bankCode, ...data },
          text: session.say(
            `${bankCode} ${bank.name}：${arrivalBusinessDays}営業日`,
            `${bankCode} ${bank.name}: ${arrivalBusinessDays} business days`,
          ),
        };
      },
    },
    {
      name: 'list',
      says: { ja: '設定のある銀行', en: 'banks that have settings' },
      example: 'bank-setting list',
      async run(session) {
        const core = await session.core();
        const { say } = session;
        const settings = await bankSettingsOf(core.db);
        const nameOf = (code: string) => core.directory.bank(code)?.name ?? '';
        const heads = [
          say('銀行', 'Bank'),
          say('名称', 'Name'),
          say('着金営業日数>', 'Arrival days>'),
          say('備考', 'Note'),
        ];
        const rows = settings.map((each) => [
          each.bankCode,
          nameOf(each.bankCode),
          each.arrivalBusinessDays,
          each.note,
        ]);
        const data = settings.map((each) => ({
          bank_code: each.bankCode,
          bank_name: nameOf(each.bankCode),
          arrival_business_days: each.arrivalBusinessDays,
          note: each.note,
        }));
        return { json: { data }, text: session.table(heads, rows) };
      },
    },
  ],
};
