#!/usr/bin/env node
import { NOUNS } from './cli/nouns.ts';
// The operator's command line: `npm run kawase -- <noun> <verb>`. Each noun has its file in cli/.
import { runProgram } from './cli/program.ts';

process.exitCode = await runProgram(NOUNS, process.argv.slice(2), process.env);
