// Tells from its bytes what an uploaded file is: format by its head, text encoding by all of it.
// Names and content types are not asked: both are often wrong.
import { sniffFormat } from '../../../zengin/read-records.ts';

export type FileFormat = 'csv' | 'xlsx' | 'zengin';
export type TextEncoding = 'utf-8' | 'utf-16le' | 'cp932';

export interface FileKind {
  readonly format: FileFormat;
  readonly encoding: TextEncoding;
}

const HEAD_BYTES = 8;

/** Fed with the bytes as they pass; memory stays flat. */
export function createKindDetector(): {
  readonly see: (chunk: Uint8Array) => void;
  readonly kind: () => FileKind;
} {
  let head = Buffer.alloc(0);
  let isUtf8 = true;
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  function check(chunk: Uint8Array | undefined): void {
    if (!isUtf8) return;
    try {
      if (chunk === undefined) utf8.decode();
      else utf8.decode(chunk, { stream: true });
    } catch {
      isUtf8 = false;
    }
  }
  return {
    see(chunk) {
      if (head.length < HEAD_BYTES) {
        head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
      }
      check(chunk);
    },
    kind() {
      check(undefined);
      if (head.toString('latin1', 0, 4) === 'PK\x03\x04') {
        return { format: 'xlsx', encoding: 'utf-8' };
      }
      if (sniffFormat(head) !== undefined) return { format: 'zengin', encoding: 'cp932' };
      if (head[0] === 0xff && head[1] === 0xfe) return { format: 'csv', encoding: 'utf-16le' };
      return { format: 'csv', encoding: isUtf8 ? 'utf-8' : 'cp932' };
    },
  };
}
