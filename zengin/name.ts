// From a name as people type it to the name as the bank will see it, with a list of everything that
// was changed and of everything that no bank would take. Nothing is dropped in silence.

import { findForms, mayHoldForm } from './corporate-form.ts';
import { byteOf, CLASS_BIT, classBits } from './kana.ts';
import type { NameChangeKind } from './name-character.ts';
import {
  mapCharacter,
  markOf,
  plainForms,
  toFullWidth,
  toHalfWidth,
  withMark,
} from './name-character.ts';
import type { NameChange, NameProblem } from './name-finding.ts';
import { characterProblem, emptyProblem, told, tooLong } from './name-finding.ts';

export type { NameChange, NameProblem, NameProblemCode } from './name-finding.ts';

/** 受取人名 of 総合振込. */
export const NAME_BYTES = 30;
const INPUT_UNITS_MAX = 256;

export interface NormalizeNameOptions {
  /** Bytes the field has. Default 30. */
  readonly maxBytes?: number;
  /** Cut what is too long (never between a kana and its mark) instead of reporting it. */
  readonly cut?: boolean;
  /** False where nobody reads what was changed: the list may stay empty, which is far quicker. */
  readonly tells?: boolean;
}

export interface NormalizedName {
  /** Half-width, one character a byte; with problems, the characters at fault still stand in it. */
  readonly bankForm: string;
  /** The same in full width, to show to people. */
  readonly fullWidth: string;
  readonly changes: NameChange[];
  /** Empty when a bank can take `bankForm`. */
  readonly problems: NameProblem[];
}

/** One character on its way; `canonical` of an unmapped one is the character itself. */
interface Unit {
  canonical: string;
  mapped: boolean;
  at: number;
}

/** A change on its way: it may yet grow, so its sentences come last. */
interface Step {
  readonly kind: NameChangeKind;
  from: string;
  to: string;
  readonly position?: number;
}

/**
 * Normalises an account holder's name. Pure and idempotent: its `bankForm` normalises to itself.
 * Hand over only results without problems.
 */
export function normalizeName(input: string, options: NormalizeNameOptions = {}): NormalizedName {
  const maxBytes = options.maxBytes ?? NAME_BYTES;
  if (isBankForm(input, maxBytes)) {
    return { bankForm: input, fullWidth: toFullWidth(input), changes: [], problems: [] };
  }
  if (input.length > INPUT_UNITS_MAX) return refuseInput(input);
  const plain = options.tells === false ? plainName(input, maxBytes) : undefined;
  if (plain !== undefined) return plain;
  const steps: Step[] = [];
  const problems: NameProblem[] = [];
  let units = scan(input, steps);
  units = abbreviate(units, input, steps);
  units = tidySpaces(units, input, steps);
  steps.sort((one, other) => one.position! - other.position!);
  let bankForm = '';
  for (const unit of units) {
    if (!unit.mapped) problems.push(characterProblem(unit.canonical, unit.at));
    bankForm += toHalfWidth(unit.canonical);
  }
  if (bankForm === '') problems.push(emptyProblem);
  if (bankForm.length > maxBytes) {
    const kept = options.cut && problems.length === 0 ? cut(bankForm, maxBytes) : '';
    if (kept === '') problems.push(tooLong(bankForm.length, maxBytes));
    else {
      steps.push({ kind: 'cut', from: bankForm, to: kept });
      bankForm = kept;
    }
  }
  return { bankForm, fullWidth: toFullWidth(bankForm), changes: steps.map(told), problems };
}

/**
 * Half-width form of any kana text, e.g. the names in a bank directory: widths, small kana, dashes
 * and spaces as in normalizeName, but corporate forms and length are left alone. Characters that
 * have no half-width form stay; see firstOutsideClass.
 */
export function halfWidthKana(text: string): string {
  const units = tidySpaces(scan(text, []), text, []);
  return units.map((unit) => toHalfWidth(unit.canonical)).join('');
}

/** The quick way for names that are already in order. */
function isBankForm(input: string, maxBytes: number): boolean {
  const { length } = input;
  if (length === 0 || length > maxBytes || mayHoldForm(input)) return false;
  let previous = 0x20;
  for (let index = 0; index < length; index += 1) {
    const byte = byteOf(input.charCodeAt(index));
    if (byte < 0 || (classBits[byte]! & CLASS_BIT.name) === 0) return false;
    if (byte === 0x20 && previous === 0x20) return false;
    if (byte >= 0xde && !canCarry(previous, byte)) return false;
    previous = byte;
  }
  return previous !== 0x20;
}

/** The quick way for names each character of which can be looked up for itself. */
function plainName(input: string, maxBytes: number): NormalizedName | undefined {
  let bankForm = '';
  let fullWidth = '';
  let previous = ' ';
  for (let index = 0; index < input.length; index += 1) {
    const forms = plainForms(input.charCodeAt(index));
    if (forms === undefined || (forms.half === ' ' && previous === ' ')) return undefined;
    bankForm += forms.half;
    fullWidth += forms.wide;
    previous = forms.half;
  }
  if (previous === ' ' || bankForm.length > maxBytes || mayHoldForm(bankForm)) return undefined;
  return { bankForm, fullWidth, changes: [], problems: [] };
}

/** Whether ﾞ (0xDE) or ﾟ (0xDF) may follow this byte: ｶ-ﾄ rows, ﾊ row, ｳ; ﾊ row. */
function canCarry(byte: number, mark: number): boolean {
  const isHaRow = byte >= 0xca && byte <= 0xce;
  return isHaRow || (mark === 0xde && (byte === 0xb3 || (byte >= 0xb6 && byte <= 0xc4)));
}

function scan(input: string, steps: Step[]): Unit[] {
  const units: Unit[] = [];
  for (let at = 0; at < input.length; ) {
    const character = String.fromCodePoint(input.codePointAt(at)!);
    const mark = markOf(character);
    if (mark !== undefined) {
      addMark(units, character, mark, at, steps);
    } else {
      const mapped = mapCharacter(character);
      if (mapped !== undefined) {
        units.push({ canonical: mapped.canonical, mapped: true, at });
        const to = toHalfWidth(mapped.canonical);
        for (const kind of mapped.kinds) record(steps, kind, character, to, at);
      } else expand(units, character, at, steps);
    }
    at += character.length;
  }
  return units;
}

type Mark = 'ﾞ' | 'ﾟ';

function addMark(units: Unit[], character: string, mark: Mark, at: number, steps: Step[]): void {
  const base = units.at(-1);
  const joined = base?.mapped ? withMark(base.canonical, mark) : undefined;
  if (base === undefined || joined === undefined) {
    units.push({ canonical: character, mapped: false, at });
    return;
  }
  base.canonical = joined;
  if (character !== mark) record(steps, 'width', character, mark, at);
}

/** Composite characters (㈱, ㍿, ①, ㌔) by their NFKC spelling; others stand as they are. */
function expand(units: Unit[], character: string, at: number, steps: Step[]): void {
  const spelling = character.normalize('NFKC');
  const parts = [...spelling];
  for (const part of parts) {
    const mapped = markOf(part) === undefined ? mapCharacter(part) : undefined;
    units.push({ canonical: mapped?.canonical ?? part, mapped: mapped !== undefined, at });
  }
  if (spelling !== character) record(steps, 'compatibility', character, spelling, at);
}

function abbreviate(units: Unit[], input: string, steps: Step[]): Unit[] {
  let canonical = '';
  // One position per unit: what is longer than one (an emoji) cannot be part of a form.
  for (const unit of units) canonical += unit.canonical.length === 1 ? unit.canonical : '\uffff';
  const forms = findForms(canonical);
  if (forms.length === 0) return units;
  const result: Unit[] = [];
  let next = 0;
  for (const { start, end, replacement } of forms) {
    result.push(...units.slice(next, start));
    const at = units[start]!.at;
    for (const each of replacement) result.push({ canonical: each, mapped: true, at });
    next = end;
    if (canonical.slice(start, end) === replacement) continue;
    const until = units[end]?.at ?? input.length;
    dropWithin(steps, at, until);
    const to = [...replacement].map(toHalfWidth).join('');
    steps.push({ kind: 'corporate', from: input.slice(at, until), to, position: at });
  }
  result.push(...units.slice(next));
  return result;
}

/** What was done to the letters of a spelled-out form does not matter: all of it was replaced. */
function dropWithin(steps: Step[], from: number, until: number): void {
  for (let index = steps.length - 1; index >= 0; index -= 1) {
    const { position, from: text } = steps[index]!;
    if (position! >= from && position! + text.length <= until) steps.splice(index, 1);
  }
}

/** One space between words, none at the ends. */
function tidySpaces(units: Unit[], input: string, steps: Step[]): Unit[] {
  const result: Unit[] = [];
  for (let index = 0; index < units.length; index += 1) {
    const unit = units[index]!;
    if (unit.canonical !== ' ') {
      result.push(unit);
      continue;
    }
    let end = index + 1;
    while (units[end]?.canonical === ' ') end += 1;
    const isInside = result.length > 0 && end < units.length;
    if (isInside) result.push(unit);
    if (!isInside || end > index + 1) {
      const from = input.slice(unit.at, units[end]?.at ?? input.length);
      steps.push({ kind: 'space', from, to: isInside ? ' ' : '', position: unit.at });
    }
    index = end - 1;
  }
  return result;
}

/** Cuts before a pair rather than within, and sets a corporate form that now stands last. */
function cut(bankForm: string, maxBytes: number): string {
  const next = bankForm[maxBytes]!;
  const end = next === 'ﾞ' || next === 'ﾟ' ? maxBytes - 1 : maxBytes;
  return normalizeName(bankForm.slice(0, end), { maxBytes: bankForm.length }).bankForm;
}

/** Neighbouring changes of one kind are one change. */
function record(steps: Step[], kind: NameChangeKind, from: string, to: string, at: number): void {
  for (let index = steps.length - 1; index >= 0; index -= 1) {
    const last = steps[index]!;
    if (last.kind !== kind) continue;
    if (last.position! + last.from.length !== at) break;
    last.from += from;
    last.to += to;
    return;
  }
  steps.push({ kind, from, to, position: at });
}

function refuseInput(input: string): NormalizedName {
  const ja = `口座名義が長すぎます（上限${INPUT_UNITS_MAX}文字）`;
  const en = `The name is longer than ${INPUT_UNITS_MAX} characters`;
  const problems: NameProblem[] = [{ code: 'input-too-long', ja, en }];
  return { bankForm: input, fullWidth: input, changes: [], problems };
}
