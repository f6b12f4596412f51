// The thread behind createVaultThread: batches in, answers out, in order. A batch that cannot be
// answered ends the thread, and with it whoever waits.
import { parentPort, workerData } from 'node:worker_threads';
import { createVault, type KeyringInput } from './crypto.ts';
import { answerBatch, pack, type VaultBatch } from './vault-batch.ts';

const vault = createVault(workerData as KeyringInput);

parentPort!.on('message', (batch: VaultBatch) => {
  const packed = pack(answerBatch(vault, batch));
  parentPort!.postMessage(packed, [packed.block.buffer]);
});
