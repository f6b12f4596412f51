#!/usr/bin/env node
// npm run bench -- <name> [...]: runs benchmarks and prints one JSON line for each on stdout;
// progress goes to stderr. Exit code 1 where a bound does not hold. What they measure and against
// what: docs/benchmarks.md.
import os from 'node:os';
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.ts';
import { inquiry } from './inquiry.ts';
import { instructBulk } from './instruct-bulk.ts';
import { instructHot } from './instruct-hot.ts';
import { links } from './links.ts';
import { zenginRead, zenginWrite } from './zengin-files.ts';

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  'instruct-hot': instructHot,
  'instruct-bulk': instructBulk,
  'zengin-write': zenginWrite,
  'zengin-read': zenginRead,
  inquiry,
  links,
};

const USAGE = `usage: npm run bench -- <name>... [--tiny] [--rows <number>]
names: ${Object.keys(BENCHMARKS).join(', ')}, all`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { tiny: { type: 'boolean', default: false }, rows: { type: 'string' } },
});
const names = positionals.includes('all') ? Object.keys(BENCHMARKS) : positionals;
const unknown = names.find((name) => !(name in BENCHMARKS));
const rows = values.rows === undefined ? undefined : Number(values.rows.replaceAll('_', ''));
const isNumber = rows === undefined || (Number.isSafeInteger(rows) && rows > 0);
if (names.length === 0 || unknown !== undefined || !isNumber) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}

for (const name of names) {
  const say = (line: string) => process.stderr.write(`${name}: ${line}\n`);
  const startedAt = new Date();
  const result = await BENCHMARKS[name]!({
    ...{ size: values.tiny ? 'tiny' : 'full', rows, say },
    serverUrl: process.env.KAWASE_BENCH_DATABASE_URL || undefined,
  });
  const holds = result.verdicts.every((verdict) => verdict.holds);
  const machine = `${os.cpus()[0]?.model.trim()}, ${os.availableParallelism()} cores`;
  const seconds = Math.round((Date.now() - startedAt.getTime()) / 1000);
  const at = startedAt.toISOString();
  const facts = {
    size: values.tiny ? 'tiny' : 'full',
    at,
    seconds,
    machine,
    node: process.version,
  };
  process.stdout.write(`${JSON.stringify({ bench: name, holds, ...result, ...facts })}\n`);
  if (!holds) process.exitCode = 1;
}
