// The field tables of the README, made from the field descriptions that the code works by.
// `node zengin/readme-tables.ts` writes them; readme.test.ts fails when they differ.

import { readFileSync, writeFileSync } from 'node:fs';
import type { Field, Rule } from './field.ts';
import { columnsOf } from './field.ts';
import type { AnyFormat } from './format.ts';
import { nyukinTsuchiFormat } from './nyukin-tsuchi.ts';
import { nyushukkinMeisaiFormat } from './nyushukkin-meisai.ts';
import { sogoFurikomiFormat } from './sogo-furikomi.ts';

const BEGIN = '<!-- field tables: written by readme-tables.ts -->';
const END = '<!-- end of field tables -->';
export const README = new URL('./README.md', import.meta.url);

/** The README text with its tables renewed. */
export function withTables(readme: string): string {
  const [before, rest] = readme.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error('the README lost its markers');
  return `${before}${BEGIN}\n\n${renderTables()}\n${END}${after}`;
}

function renderTables(): string {
  const formats: AnyFormat[] = [sogoFurikomiFormat, nyukinTsuchiFormat(), nyushukkinMeisaiFormat];
  return formats.map(renderFormat).join('\n');
}

function renderFormat(format: AnyFormat): string {
  const { label, name, typeCode, recordLength } = format;
  const title = `### ${label} (\`${name}\`, type ${typeCode}, ${recordLength} bytes)`;
  const tables = [format.header, format.data, format.trailer, format.end].map((layout) => {
    const rows = layout.fields.map(renderField).join('\n');
    const head = '| columns | 項目名 | name | type | rule |\n|---|---|---|---|---|';
    return `**${layout.label} (${layout.kind})**\n\n${head}\n${rows}\n`;
  });
  return `${title}\n\n${tables.join('\n')}`;
}

function renderField(field: Field): string {
  const [from, to] = columnsOf(field);
  const columns = from === to ? `${from}` : `${from}-${to}`;
  const isHidden = field.rule.kind === 'constant' || field.rule.kind === 'filler';
  const name = isHidden ? '' : `\`${field.name}\``;
  const words = [describeRule(field), describeExtras(field)].filter((each) => each !== '');
  const type = `${field.type}(${field.length})`;
  return `| ${columns} | ${field.label} | ${name} | ${type} | ${words.join('; ')} |`;
}

function describeRule({ rule, length }: Field): string {
  switch (rule.kind) {
    case 'constant':
      return `\`${rule.text}\``;
    case 'filler':
      return rule.byte === ' ' ? 'spaces' : 'zeros';
    case 'digits':
      return `${rule.fill ? `up to ${length}` : length} digits${presence(rule)}`;
    case 'number':
      return `number, at least ${rule.minimum}${presence(rule)}`;
    case 'code': {
      const codes = Object.entries(rule.codes).map(([code, word]) => `${code} \`${word}\``);
      return `${codes.join(', ')}${presence(rule)}`;
    }
    case 'text':
      return `text of class \`${rule.characters}\`${presence(rule)}`;
    case 'era-date':
      return `和暦 YYMMDD${presence(rule)}`;
    case 'month-day':
      return 'MMDD';
    case 'marker':
      return `\`${rule.byte}\` or ${rule.off === ' ' ? 'space' : `\`${rule.off}\``}`;
  }
}

function presence(rule: Extract<Rule, { presence: unknown }>): string {
  if (rule.presence === 'required') return '';
  return rule.presence === 'optional'
    ? ', may be blank'
    : ', blank is forgiven by the lenient reader';
}

function describeExtras({ onlyIf, remark, rule }: Field): string {
  const words: string[] = [];
  if (onlyIf !== undefined) {
    words.push(
      `${onlyIf.is ? 'only' : 'not'} with \`${onlyIf.byte}\` in column ${onlyIf.offset + 1}`,
    );
  }
  if (rule.kind === 'code' && rule.fallback !== undefined) {
    const taken = rule.fallback === null ? 'blank' : `\`${rule.fallback}\``;
    words.push(`the lenient reader takes another code for ${taken}`);
  }
  if (remark !== undefined) words.push(remark);
  return words.join('; ');
}

if (import.meta.main) writeFileSync(README, withTables(readFileSync(README, 'utf8')));
