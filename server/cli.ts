#!/usr/bin/env node
import { NOUNS } from './cli/nouns.ts';
// The operator's command line: `npm run kawase -- <noun> <verb>`. Each noun has its file in cli/.
import { runProgram } from './cli/program.ts';

// Whoever reads the answer may stop reading it: `kawase audit export | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 3);
});

process.exitCode = await runProgram(NOUNS, process.argv.slice(2), process.env);
