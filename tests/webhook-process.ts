// A process of its own that sends webhooks, for tests that kill it: DATABASE_URL and KAWASE_KEYRING
// name the world; it runs until it is killed.
import { wallClock } from '../server/base/clock.ts';
import { createVault, readKeyring } from '../server/base/crypto.ts';
import { openDatabase } from '../server/base/database.ts';
import { createDeeds } from '../server/base/deed.ts';
import { createWebhooks } from '../server/webhooks/webhooks.ts';

const db = openDatabase({ url: process.env.DATABASE_URL ?? '', maxConnections: 4 });
const webhooks = createWebhooks({
  deeds: createDeeds(db, wallClock),
  vault: createVault(readKeyring(process.env)),
  allowPrivate: ['127.0.0.0/8'],
  onError: (error) => console.error(error),
  pollMs: 20,
});
webhooks.start();
