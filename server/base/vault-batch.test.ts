// Batches: what the thread answers is what the vault itself would; a thread that dies takes only
// what waited with it.
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { createVault, newKeyring } from './crypto.ts';
import { answerBatch, createVaultThread, pack, unpack, type VaultBatch } from './vault-batch.ts';

const keyring = newKeyring();
const vault = createVault(keyring);
const thread = createVaultThread(keyring, vault);
afterAll(() => thread.close());

function batchOf(texts: readonly string[]): VaultBatch {
  return {
    seals: { purpose: 'remittance:shop', texts },
    indexes: { shopId: 'shop', kinds: texts.map((_, at) => `kind${at % 3}`), values: texts },
    fingerprints: { kind: 'remittance:shop', contents: texts.map((text) => `${text}!`) },
  };
}

async function expectAnswered(texts: readonly string[]): Promise<void> {
  const answers = await thread.answer(batchOf(texts));
  const opened = answers.sealed.map((sealed) => vault.open(sealed, 'remittance:shop'));
  expect(opened).toEqual(texts);
  const { indexes, fingerprints } = answerBatch(vault, batchOf(texts));
  expect(answers.indexes).toEqual(indexes);
  expect(answers.fingerprints.map((each) => each.toString('hex'))).toEqual(
    fingerprints.map((each) => each.toString('hex')),
  );
}

const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => `ﾔﾏﾀﾞ ﾀﾛｳ ${from + at} 髙`);

describe('a batch is answered', () => {
  test.each([0, 1, 49, 50, 500])('of %i', async (count) => expectAnswered(many(count)));

  test('several at a time, each with its own answers', async () => {
    const batches = [many(60), many(3, 100), many(200, 1_000), many(70, 5_000)];
    await Promise.all(batches.map(expectAnswered));
  });
});

test('packing keeps any byte strings apart', () => {
  const bytes = fc.uint8Array({ maxLength: 40 }).map((each) => Buffer.from(each));
  fc.assert(
    fc.property(fc.array(bytes), fc.array(bytes), (sealed, fingerprints) => {
      const answers = { sealed, fingerprints, indexes: ['1'] };
      expect(unpack(pack(answers), sealed.length)).toEqual(answers);
    }),
  );
});

test('a thread that ends rejects what waits; the next batch gets another', async () => {
  const doomed = createVaultThread(keyring, vault);
  const waiting = doomed.answer(batchOf(many(100)));
  const rejected = expect(waiting).rejects.toThrow("the vault's thread ended");
  await doomed.close();
  await rejected;
  expect((await doomed.answer(batchOf(many(100)))).sealed).toHaveLength(100);
  await doomed.close();
});
