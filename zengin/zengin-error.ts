// The one error of this library and the notes of the lenient reader: where in the file, which
// field, which rule, what stood there, and a sentence in both languages. No file is read here.

/** Every rule a file can break, with its sentence. The key is stable and may be switched on. */
export const RULES = {
  'file.empty': ['the file holds no records', 'ファイルにレコードがありません'],
  'file.bom': ['a byte order mark stands before the first record', '先頭にBOMがあります'],
  'file.after-eof': ['bytes follow the end-of-file mark', '終端文字(1A)の後にデータがあります'],
  'file.line-ending': [
    'the record is separated in another way than the first one',
    '改行の種類が途中で変わっています',
  ],
  'file.blank-line': ['an empty line stands among the records', '空行があります'],
  'file.too-many-records': [
    'the file exceeds the limit of records',
    'レコード数が上限を超えました',
  ],
  'file.too-many-notes': [
    'the file exceeds the limit of notes',
    '許容した不備の数が上限を超えました',
  ],
  'record.too-long': ['the record is longer than the format allows', 'レコードが長すぎます'],
  'record.trimmed': ['the record was cut at its right end', 'レコードの右端が詰められています'],
  'record.kind': ['the data division is unknown', 'データ区分が正しくありません'],
  'record.order': ['this kind of record may not stand here', 'レコードの順序が正しくありません'],
  'record.no-trailer': ['the batch has no trailer record', 'トレーラ・レコードがありません'],
  'record.no-end': ['the file has no end record', 'エンド・レコードがありません'],
  'field.constant': ['the value must be the fixed one', '固定値と異なります'],
  'field.filler': ['the unused part must be blank', '予備欄に文字があります'],
  'field.digits': ['only digits may stand here', '数字以外の文字があります'],
  'field.required': ['the field must not be blank', '必須項目が空白です'],
  'field.minimum': ['the number is below the minimum', '最小値を下回っています'],
  'field.length': ['the value does not fit the field', '項目の桁数に収まりません'],
  'field.code': ['the code is unknown', '定められていないコードです'],
  'field.characters': ['a character is not allowed here', '使用できない文字があります'],
  'field.date': ['this is not a date', '日付として正しくありません'],
  'field.condition': ['the field may not be given with this mark', '識別表示と合わない項目です'],
  'total.disagrees': ['the total disagrees with the records', '合計が明細と一致しません'],
} as const satisfies Record<string, readonly [en: string, ja: string]>;

export type ZenginRule = keyof typeof RULES;

/** Where and what: shared by errors (refused) and notes (forgiven by the lenient reader). */
export interface ZenginFinding {
  /** 1-based number of the record in the file; 0 when no record is concerned. */
  readonly recordNumber: number;
  /** 1-based number of the header..trailer group; 0 before the first header. */
  readonly batchNumber: number;
  /** 1-based first and last byte within the record, as bank guides count. */
  readonly columns: readonly [from: number, to: number];
  /** English field name as in the record type; '' when the whole record is concerned. */
  readonly field: string;
  readonly rule: ZenginRule;
  /** What stood there. May be personal data: kept out of `message`, not for logs. */
  readonly value: string;
  readonly message: string;
  readonly messageJa: string;
}

/** Something the lenient reader forgave. */
export type ZenginNote = ZenginFinding;

/** The place in the file that is being read or written; one object per run, updated per record. */
export interface Place {
  recordNumber: number;
  batchNumber: number;
}

/** The part of a finding that a check knows; the place is added by `finding`. */
export interface Fault {
  readonly rule: ZenginRule;
  readonly columns: readonly [from: number, to: number];
  readonly field?: string;
  /** Japanese 項目名, for the sentence. */
  readonly label?: string;
  readonly value?: string;
  /** Added to the sentences in brackets; must not hold personal data. */
  readonly detail?: string;
}

export function finding(place: Readonly<Place>, fault: Fault): ZenginFinding {
  const [en, ja] = RULES[fault.rule];
  const [from, to] = fault.columns;
  const { recordNumber, batchNumber } = place;
  const name = fault.field === undefined ? '' : ` ${fault.label ?? ''} (${fault.field})`;
  const nameJa = fault.label === undefined ? '' : `「${fault.label}」`;
  const where = `record ${recordNumber} (batch ${batchNumber}), columns ${from}-${to}${name}`;
  const whereJa = `${recordNumber}件目のレコード ${from}-${to}桁${nameJa}`;
  const detail = fault.detail === undefined ? '' : ` [${fault.detail}]`;
  return {
    recordNumber,
    batchNumber,
    columns: [from, to],
    field: fault.field ?? '',
    rule: fault.rule,
    value: fault.value ?? '',
    message: `${where}: ${en}${detail}`,
    messageJa: `${whereJa}: ${ja}${detail}`,
  };
}

/**
 * The only error that reading or writing a file throws for what is in the file.
 * `value` is not enumerable, so that a logger which copies an error's properties does not copy it.
 */
export class ZenginError extends Error implements ZenginFinding {
  override readonly name = 'ZenginError';
  readonly recordNumber: number;
  readonly batchNumber: number;
  readonly columns: readonly [from: number, to: number];
  readonly field: string;
  readonly rule: ZenginRule;
  declare readonly value: string;
  readonly messageJa: string;

  constructor(what: ZenginFinding) {
    super(what.message);
    this.recordNumber = what.recordNumber;
    this.batchNumber = what.batchNumber;
    this.columns = what.columns;
    this.field = what.field;
    this.rule = what.rule;
    this.messageJa = what.messageJa;
    Object.defineProperty(this, 'value', { value: what.value, enumerable: false });
  }
}

export function refuse(place: Readonly<Place>, fault: Fault): never {
  throw new ZenginError(finding(place, fault));
}
