// A letter as a mail: subject, plain text, simple HTML with styles inline, no pictures, nothing
// loaded from anywhere, nothing that tracks. Every value goes through the escaping template.
import { html } from 'ghtml';
import type { Content } from './content.ts';
import type { Foot, Letter } from './letter.ts';
import type { MessageLocale } from './message.ts';
import type { OperatorNotice } from './operator-notice.ts';
import { fewLines, oneLine } from './safe-text.ts';

export interface MailText {
  /** The sender's name beside the operator's address: the shop. */
  readonly fromName: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface MailParts {
  readonly content: Content;
  readonly letter: Letter;
  readonly foot: Foot;
  readonly locale: MessageLocale;
  readonly operator: OperatorNotice;
}

const RULE = '-'.repeat(32);

const INK = '#1B1F24';
const MUTED = '#5F6670';
const INDIGO = '#1F3A5F';
const FONT =
  "-apple-system,'Hiragino Sans','BIZ UDPGothic','Yu Gothic UI',Meiryo,'Noto Sans JP',sans-serif";

export function composeMail(parts: MailParts): MailText {
  const subject = oneLine(parts.letter.subject, 120);
  return {
    fromName: oneLine(parts.content.shopName, 40),
    subject,
    text: composeText(parts),
    html: composeHtml(parts, subject),
  };
}

const contactOf = ({ content }: MailParts) => fewLines(content.shopContact, 6, 100);

function operatorLines({ operator, locale }: MailParts): string[] {
  const { operatorName, registrationNumber, desk } = operator;
  return [
    oneLine(operatorName[locale], 80),
    oneLine(registrationNumber[locale], 120),
    ...fewLines(desk[locale], 4, 120),
  ];
}

function composeText(parts: MailParts): string {
  const { letter, foot, operator, locale } = parts;
  const { action, advice } = letter;
  const colon = locale === 'ja' ? '：' : ': ';
  const blocks = [
    letter.opening.join('\n'),
    letter.facts.map(({ label, value }) => `${label}${colon}${value}`).join('\n'),
    action && `▼ ${action.label}\n${action.url}`,
    advice && [`■ ${advice.title}`, ...advice.lines].join('\n'),
    letter.closing.join('\n'),
    RULE,
    [`■ ${foot.shopTitle}`, ...contactOf(parts)].join('\n'),
    [`■ ${foot.operatorTitle}`, ...operatorLines(parts)].join('\n'),
    oneLine(operator.legalNotice[locale], 1_000),
    foot.noReply,
  ];
  return `${blocks.filter((block) => block).join('\n\n')}\n`;
}

function paragraphs(lines: readonly string[], style: string): string {
  return lines.map((line) => html`<p style="margin:0 0 12px;${style}">${line}</p>`).join('');
}

function factRow({ label, value }: Letter['facts'][number]): string {
  const cell = 'padding:8px 12px 8px 0;border-bottom:1px solid #E4E1DA;vertical-align:top';
  const name = `${cell};color:${MUTED};font-weight:normal;text-align:left;white-space:nowrap`;
  return html`<tr>
<th scope="row" style="${name}">${label}</th>
<td style="${cell};font-weight:bold">${value}</td></tr>`;
}

function actionBlock({ label, url }: NonNullable<Letter['action']>): string {
  const button = `display:inline-block;background:${INDIGO};color:#FFFFFF;text-decoration:none`;
  return html`<p style="margin:24px 0 8px"><a href="${url}"
 style="${button};padding:14px 28px;border-radius:4px;font-weight:bold">${label}</a></p>
<p style="margin:0 0 24px;font-size:13px;color:${MUTED};word-break:break-all">${url}</p>`;
}

function adviceBlock({ title, lines }: NonNullable<Letter['advice']>): string {
  const box = 'margin:0 0 24px;padding:16px;border:1px solid #E4E1DA;background:#FBFAF7';
  return html`<div style="${box}"><h2 style="margin:0 0 8px;font-size:16px">${title}</h2>
!${paragraphs(lines, 'font-size:15px')}</div>`;
}

function footBlock(title: string, lines: readonly string[]): string {
  const heading = `margin:16px 0 4px;font-size:14px;color:${INK}`;
  const text = lines.map((line) => html`${line}`).join('<br>');
  return html`<h2 style="${heading}">${title}</h2><p style="margin:0">!${text}</p>`;
}

function composeHtml(parts: MailParts, subject: string): string {
  const { letter, foot, operator, locale } = parts;
  const body = `margin:0;background:#FBFAF7;color:${INK};font:17px/1.7 ${FONT}`;
  const sheet = 'max-width:600px;margin:0 auto;padding:24px 20px;background:#FFFFFF';
  const below = `margin-top:32px;padding-top:8px;border-top:1px solid #857F73;color:${MUTED}`;
  return html`<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light">
<title>${subject}</title></head>
<body style="${body}"><div style="${sheet}">
!${paragraphs(letter.opening, '')}
<table style="border-collapse:collapse;width:100%;margin:16px 0"><tbody>
!${letter.facts.map(factRow).join('')}</tbody></table>
!${letter.action === null ? '' : actionBlock(letter.action)}
!${letter.advice === null ? '' : adviceBlock(letter.advice)}
!${paragraphs(letter.closing, '')}
<div style="${below};font-size:14px">
!${footBlock(foot.shopTitle, contactOf(parts))}
!${footBlock(foot.operatorTitle, operatorLines(parts))}
<p style="margin:12px 0">${oneLine(operator.legalNotice[locale], 1_000)}</p>
<p style="margin:0">${foot.noReply}</p></div></div></body></html>
`;
}
