// That every benchmark works, at a size whose figures mean nothing.
import { describe, expect, it } from 'vitest';
import { adminUrl } from '../tests/database.ts';
import type { Benchmark, BenchOptions } from './benchmark.ts';
import { median, percentile, rounded } from './figures.ts';
import { inquiry } from './inquiry.ts';
import { instructBulk } from './instruct-bulk.ts';
import { instructHot } from './instruct-hot.ts';
import { links } from './links.ts';
import { hasPgbench } from './pgbench.ts';
import { zenginRead, zenginWrite } from './zengin-files.ts';

const tiny = (): BenchOptions => ({ size: 'tiny', serverUrl: adminUrl(), say: () => {} });

async function expectFigures(benchmark: Benchmark): Promise<void> {
  const { verdicts } = await benchmark(tiny());
  expect(verdicts.length).toBeGreaterThan(0);
  for (const { value } of verdicts) expect(value).toBeGreaterThan(0);
}

describe('benchmarks', () => {
  // pgbench comes with a PostgreSQL installation, which a machine for tests need not have.
  it.skipIf(!hasPgbench())('instruct-hot works', () => expectFigures(instructHot));
  it('instruct-bulk works', () => expectFigures(instructBulk));
  it('inquiry works', () => expectFigures(inquiry));
  it('links works', () => expectFigures(links));
  it('zengin-write works', () => expectFigures(zenginWrite));
  it('zengin-read works', () => expectFigures(zenginRead));
});

describe('figures', () => {
  it('are of the nearest rank', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(percentile([1, 2, 3, 4], 99)).toBe(4);
    expect(percentile([5], 50)).toBe(5);
    expect(() => median([])).toThrow(RangeError);
  });

  it('are printed with three digits', () => {
    expect(rounded(1234.5)).toBe(1230);
  });
});
