// What a batch has to have sealed, indexed and fingerprinted, done at once: here for a few, in a
// thread of its own for hundreds, so that the thread that answers requests has its core to itself.
import { Worker } from 'node:worker_threads';
import type { KeyringInput, Vault } from './crypto.ts';

/** Columns; an answer stands where its question stood. */
export interface VaultBatch {
  readonly seals: { readonly purpose: string; readonly texts: readonly string[] };
  readonly indexes: {
    readonly shopId: string;
    /** As long as `values`. */
    readonly kinds: readonly string[];
    readonly values: readonly string[];
  };
  readonly fingerprints: { readonly kind: string; readonly contents: readonly string[] };
}

export interface VaultAnswers {
  readonly sealed: readonly Buffer[];
  /** Decimal text for a bigint column, as `Vault.blindIndex` gives it. */
  readonly indexes: readonly string[];
  readonly fingerprints: readonly Buffer[];
}

export function answerBatch(vault: Vault, batch: VaultBatch): VaultAnswers {
  const { seals, indexes, fingerprints } = batch;
  return {
    sealed: seals.texts.map((text) => vault.seal(text, seals.purpose)),
    indexes: indexes.values.map((value, at) =>
      vault.blindIndex(indexes.kinds[at]!, indexes.shopId, value),
    ),
    fingerprints: fingerprints.contents.map((content) =>
      vault.fingerprint(fingerprints.kind, content),
    ),
  };
}

/** Between the threads: byte strings lie end to end in one block, which changes hands uncopied. */
export interface PackedAnswers {
  readonly block: Uint8Array<ArrayBuffer>;
  /** Of `sealed`, then of `fingerprints`. */
  readonly lengths: Uint32Array;
  readonly indexes: readonly string[];
}

export function pack(answers: VaultAnswers): PackedAnswers {
  const parts = [...answers.sealed, ...answers.fingerprints];
  const lengths = Uint32Array.from(parts, (part) => part.length);
  const block = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    block.set(part, offset);
    offset += part.length;
  }
  return { block, lengths, indexes: answers.indexes };
}

export function unpack(packed: PackedAnswers, sealedCount: number): VaultAnswers {
  const { block, lengths, indexes } = packed;
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  let offset = 0;
  const parts = Array.from(lengths, (length) => {
    offset += length;
    return bytes.subarray(offset - length, offset);
  });
  return { sealed: parts.slice(0, sealedCount), indexes, fingerprints: parts.slice(sealedCount) };
}

/** Fewer texts than this are done here: to hand them over would cost as much. */
const WORTH_A_THREAD = 50;
/** Its heap holds one batch at a time. */
const YOUNG_GENERATION_MB = 8;

export interface VaultThread {
  /** Rejects where the thread dies; the next batch gets a new one. */
  answer(batch: VaultBatch): Promise<VaultAnswers>;
  close(): Promise<void>;
}

interface Waiting {
  readonly sealedCount: number;
  resolve(answers: VaultAnswers): void;
  reject(error: Error): void;
}

/**
 * The thread is started by the first batch that is worth it, and does not keep the process alive.
 * How many batches wait is up to the callers, who each hold the next back until one is answered.
 */
export function createVaultThread(keyring: KeyringInput, vault: Vault): VaultThread {
  let current: { readonly worker: Worker; readonly waiting: Waiting[] } | undefined;

  function start(): NonNullable<typeof current> {
    const worker = new Worker(new URL('./vault-thread.ts', import.meta.url), {
      workerData: keyring,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    worker.unref();
    const waiting: Waiting[] = [];
    const started = { worker, waiting };
    const end = (error: Error) => {
      if (current === started) current = undefined;
      for (const one of waiting.splice(0)) one.reject(error);
    };
    // Batches are answered in the order in which they were asked.
    worker.on('message', (packed: PackedAnswers) => {
      const one = waiting.shift()!;
      if (waiting.length === 0) worker.unref();
      one.resolve(unpack(packed, one.sealedCount));
    });
    worker.on('error', end);
    worker.on('exit', (code) => end(new Error(`the vault's thread ended with ${code}`)));
    return started;
  }

  return {
    async answer(batch) {
      if (batch.seals.texts.length < WORTH_A_THREAD) return answerBatch(vault, batch);
      current ??= start();
      const { worker, waiting } = current;
      const { promise, resolve, reject } = Promise.withResolvers<VaultAnswers>();
      waiting.push({ sealedCount: batch.seals.texts.length, resolve, reject });
      worker.ref();
      worker.postMessage(batch);
      return promise;
    },
    async close() {
      await current?.worker.terminate();
    },
  };
}
