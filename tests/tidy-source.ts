// Reading source text for the tidy rules: comments, strings and plain code told apart, and the
// imports of a module. A small lexer, because no parser of TypeScript 7 has an interface yet.

export interface Lexed {
  /** The text, as long as before, with the inside of comments, strings and regexes blanked. */
  readonly code: string;
  readonly comments: readonly Piece[];
  readonly strings: readonly Piece[];
}

export interface Piece {
  readonly at: number;
  readonly text: string;
}

export interface Import {
  readonly line: number;
  readonly specifier: string;
}

/** A `/` after one of these opens a regular expression; after anything else it divides. */
const beforeRegex = /(?:^|[=(,:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|await|yield))\s*$/;

interface Reader {
  readonly text: string;
  readonly out: string[];
  readonly comments: Piece[];
  readonly strings: Piece[];
  at: number;
}

export function lex(text: string): Lexed {
  const reader: Reader = { text, out: text.split(''), comments: [], strings: [], at: 0 };
  readCode(reader, false);
  return { code: reader.out.join(''), comments: reader.comments, strings: reader.strings };
}

/** Reads to the end, or, inside a template's `${`, past the `}` that closes it. */
function readCode(reader: Reader, insideTemplate: boolean): void {
  const { text } = reader;
  let depth = 0;
  while (reader.at < text.length) {
    const here = text[reader.at];
    const pair = text.slice(reader.at, reader.at + 2);
    if (pair === '//' || (pair === '#!' && reader.at === 0)) take(reader, '\n', reader.comments);
    else if (pair === '/*') take(reader, '*/', reader.comments);
    else if (here === "'" || here === '"') readString(reader, here);
    else if (here === '`') readTemplate(reader);
    else if (here === '/' && opensRegex(reader)) readRegex(reader);
    else {
      if (here === '{') depth += 1;
      if (here === '}') depth -= 1;
      reader.at += 1;
      if (insideTemplate && depth < 0) return;
    }
  }
}

function opensRegex({ out, at }: Reader): boolean {
  return beforeRegex.test(out.slice(Math.max(0, at - 40), at).join(''));
}

function blank(reader: Reader, from: number, to: number): void {
  for (let at = from; at < to; at += 1) {
    if (reader.text[at] !== '\n') reader.out[at] = ' ';
  }
}

function take(reader: Reader, end: string, into: Piece[]): void {
  const from = reader.at;
  const found = reader.text.indexOf(end, from + 2);
  const to = found < 0 ? reader.text.length : found + (end === '\n' ? 0 : end.length);
  into.push({ at: from, text: reader.text.slice(from, to) });
  blank(reader, from, to);
  reader.at = to;
}

/** Ends at the line's end even without a closing quote, so that prose in JSX does no great harm. */
function readString(reader: Reader, quote: string): void {
  const from = reader.at;
  let to = from + 1;
  while (to < reader.text.length && reader.text[to] !== quote && reader.text[to] !== '\n') {
    to += reader.text[to] === '\\' ? 2 : 1;
  }
  reader.strings.push({ at: from, text: reader.text.slice(from + 1, to) });
  blank(reader, from + 1, to);
  reader.at = to + 1;
}

function readTemplate(reader: Reader): void {
  let from = reader.at + 1;
  reader.at = from;
  while (reader.at < reader.text.length && reader.text[reader.at] !== '`') {
    if (reader.text[reader.at] === '\\') reader.at += 2;
    else if (reader.text.startsWith('${', reader.at)) {
      blank(reader, from, reader.at + 2);
      reader.at += 2;
      readCode(reader, true);
      from = reader.at - 1;
    } else reader.at += 1;
  }
  blank(reader, from, Math.min(reader.at, reader.text.length));
  reader.at += 1;
}

function readRegex(reader: Reader): void {
  const from = reader.at;
  let inClass = false;
  let to = from + 1;
  for (; to < reader.text.length && reader.text[to] !== '\n'; to += 1) {
    const here = reader.text[to];
    if (here === '\\') to += 1;
    else if (here === '[') inClass = true;
    else if (here === ']') inClass = false;
    else if (here === '/' && !inClass) break;
  }
  blank(reader, from + 1, to);
  reader.at = to + 1;
}

export function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

/** Static, dynamic, re-exporting, side-effect and type imports alike. */
export function importsOf(text: string): Import[] {
  const { code, strings } = lex(text);
  const patterns = [
    /\b(?:import|export)\b[^;'"()]*?\bfrom\s*(?=['"])/g,
    /\bimport\s*(?=['"])/g,
    /\bimport\s*\(\s*(?=['"])/g,
  ];
  const byPlace = new Map(strings.map((piece) => [piece.at, piece.text]));
  const found = patterns.flatMap((pattern) => [...code.matchAll(pattern)]);
  return found.flatMap((match) => {
    const at = match.index + match[0].length;
    const specifier = byPlace.get(at);
    return specifier === undefined ? [] : [{ line: lineOf(text, at), specifier }];
  });
}

/** True for a module that only passes on what others export. */
export function onlyReexports(text: string): boolean {
  const { code } = lex(text);
  const reexport =
    /\bexport\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s+from\s*['"]\s*['"];?/g;
  const rest = code
    .replace(reexport, '')
    .replace(/\bimport\b[^;]*;/g, '')
    .trim();
  const exportsImported = /^(?:export\s+(?:type\s+)?\{[^}]*\};?\s*)+$/.test(rest);
  return (rest === '' && /\bexport\b/.test(code)) || exportsImported;
}

export interface FunctionSpan {
  readonly line: number;
  readonly lineCount: number;
  readonly header: string;
  readonly text: string;
}

/**
 * Every function with a block body. Biome's formatting is relied on: a body's closing brace stands
 * at the indentation of the line where its function begins.
 */
export function functionsOf(text: string): FunctionSpan[] {
  const { code } = lex(text);
  const lines = code.split('\n');
  const original = text.split('\n');
  const indent = (line: string | undefined) => (line ?? '').search(/\S|$/);
  const open: { at: number; isFunction: boolean }[] = [];
  const found: FunctionSpan[] = [];
  for (let at = 0; at < code.length; at += 1) {
    if (code[at] === '{') open.push({ at, isFunction: opensFunction(code, at) });
    if (code[at] !== '}') continue;
    const opened = open.pop();
    if (opened === undefined || !opened.isFunction) continue;
    const last = lineOf(code, at) - 1;
    let first = lineOf(code, opened.at) - 1;
    const isHeader = (line: string | undefined) =>
      indent(line) <= indent(lines[last]) && !/^\s*[)}\]>]/.test(line ?? '');
    while (first > 0 && last > first && !isHeader(lines[first])) first -= 1;
    found.push({
      line: first + 1,
      lineCount: last - first + 1,
      header: original[first] ?? '',
      text: original.slice(first, last + 1).join('\n'),
    });
  }
  return found;
}

const controlWords = /\b(?:if|for|while|switch|catch|with|await)\s*$/;

/** Whether the `{` at this place opens the body of a function, an arrow function or a method. */
function opensFunction(code: string, at: number): boolean {
  const before = code.slice(Math.max(0, at - 2_000), at).trimEnd();
  if (before.endsWith('=>')) return true;
  const close = before.endsWith(')') ? before.length - 1 : endOfParameters(before);
  if (close === undefined) return false;
  const start = matchingOpen(before, close);
  return start !== undefined && !controlWords.test(before.slice(0, start));
}

/** For `(…): ReturnType`, the place of the `)`; undefined where no return type ends here. */
function endOfParameters(before: string): number | undefined {
  let at = before.length - 1;
  while (at > 0) {
    const here = before[at] ?? '';
    if (before.slice(at - 1, at + 1) === '=>') at -= 2;
    else if (')]}>'.includes(here)) {
      const start = matchingOpen(before, at);
      if (start === undefined) return undefined;
      at = start - 1;
    } else if (here === ':') {
      const left = before.slice(0, at).trimEnd();
      return left.endsWith(')') ? left.length - 1 : undefined;
    } else if (/[\w\s.|&?'"`$,]/.test(here)) at -= 1;
    else return undefined;
  }
  return undefined;
}

function matchingOpen(text: string, close: number): number | undefined {
  const pairs: Record<string, string> = { ')': '(', ']': '[', '}': '{', '>': '<' };
  const opener = pairs[text[close] ?? ''];
  const closer = text[close];
  let depth = 0;
  for (let at = close; at >= 0; at -= 1) {
    const isArrow = text[at] === '>' && text[at - 1] === '=';
    if (text[at] === closer && !isArrow) depth += 1;
    if (text[at] === opener) depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}
