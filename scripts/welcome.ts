// What `npm start` says at the end: where to look, the test key, a curl that sends a remittance,
// and the way from there to the bank's file, the ledger and the webhook.
import type { Demo } from './demo.ts';

export interface Welcome {
  readonly url: string;
  readonly inboxUrl: string;
  /** Where every pattern is tried as its recipient. */
  readonly playUrl: string;
  readonly atmUrl: string;
  readonly amazonUrl: string;
  readonly phonesUrl: string;
  readonly mailUrl: string;
  /** Put in front of the command line where it would look at another installation. */
  readonly surroundings: string;
  readonly demo: Demo;
}

export function printWelcome(where: Welcome): void {
  const { url, inboxUrl, demo } = where;
  const reference = `first-${Date.now().toString(36)}`;
  const lines = [
    '',
    'Kawase is running.  かわせが動いています。',
    '',
    `  API               ${url}`,
    `  API reference     ${url}/docs      (OpenAPI: ${url}/openapi.json)`,
    `  Health            ${url}/readyz`,
    `  Webhook inbox     ${inboxUrl}      (stands in for a merchant's server)`,
    `  Test key          ${demo.key}`,
    `  (bank by API)     ${demo.apiShopKey}`,
    '',
    ...signInLines(url, where.playUrl, demo),
    '',
    'Be the recipient: every way to receive, a button each  受取人になって試す',
    '',
    `  All of it         ${where.playUrl}`,
    `  ATM               ${where.atmUrl}      (register: ${where.atmUrl}/register)`,
    `  Amazon balances   ${where.amazonUrl}`,
    `  au PAY phones     ${where.phonesUrl}`,
    `  Mail and SMS      ${where.mailUrl}      (what recipients get)`,
    '',
    'Send a remittance (paste as it is):',
    '',
    `  curl -s ${url}/v1/remittances \\`,
    `    -H 'Authorization: Bearer ${demo.key}' -H 'Content-Type: application/json' \\`,
    `    -d '{"reference":"${reference}","amount":8400,"destination":{"type":"bank_account",` +
      `"bank_code":"0005","branch_code":"001","account_type":"ordinary",` +
      `"account_number":"1234567","account_holder":"ヤマダ タロウ"}}'`,
    '',
    'It leaves at the next cut-off. The clock of a test shop can be moved:',
    '',
    `  curl -s ${url}/v1/sandbox/clock -H 'Authorization: Bearer ${demo.key}' \\`,
    `    -H 'Content-Type: application/json' -d '{"advance":"P4D"}'`,
    '',
    'And follow it: status, the file at the bank, ledger transfers, webhook:',
    '',
    `  curl -s '${url}/v1/remittances?reference=${reference}' ` +
      `-H 'Authorization: Bearer ${demo.key}'`,
    `  ${where.surroundings}npm run kawase -- explain ${reference} --shop ${demo.shopNumber}`,
    '',
    'The demo shop has already paid:',
    ...Object.entries(demo.remittances).map(([name, id]) => `  ${name.padEnd(22)} ${id}`),
    '',
    'Let a recipient choose (bank, ATM, gift balance, wallet) on a page of their own:',
    '',
    `  curl -s ${url}/v1/remittances -H 'Authorization: Bearer ${demo.key}' \\`,
    `    -H 'Content-Type: application/json' -d '{"reference":"link-${reference}","amount":8400,` +
      '"description":"公演中止の払い戻し","destination":{"type":"link",' +
      '"methods":["bank_transfer","atm_cash","amazon_gift","au_pay"],' +
      '"deliver":{"email":"hanako@mihon.example"},' +
      `"verification":[{"label":"受付番号","value":"A-1024"}]}}'`,
    '',
    'Stop with Ctrl-C. Start again: everything is still there.',
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function signInLines(url: string, playUrl: string, { people }: Demo): string[] {
  return [
    'Sign in to the management screen as one of the demo merchant’s people  管理画面',
    '',
    `  Screen            ${url.replace('127.0.0.1', 'localhost')}/console`,
    ...people.members.map(({ role, mail }) => `  ${role.padEnd(17)} ${mail}`),
    `  Password          ${people.password}      (of all of them)`,
    `  6-digit codes     ${new URL('/authenticator', playUrl)}      (owner and approver)`,
  ];
}
