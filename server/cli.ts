#!/usr/bin/env node
// The operator's command line: `npm run kawase -- <noun> <verb>`. Each noun has its file in cli/.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// A command is mostly its own start. The cache lies beside the code: who can change one can change
// the other.
enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'kawase-cli'));
const { runProgram } = await import('./cli/program.ts');
const { NOUNS } = await import('./cli/nouns.ts');

// Whoever reads the answer may stop reading it: `kawase audit export | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 3);
});

process.exitCode = await runProgram(NOUNS, process.argv.slice(2), process.env);
