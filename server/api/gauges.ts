// The gauges every installation shows: how full the lanes are, what work is due, late or dead. main
// adds others.
import type { WorkHealth } from '../base/work-health.ts';
import type { GaugeSource } from './metrics.ts';

const CACHE_MS = 5000;

/** `readWork` is asked at most once in five seconds, however many scrapers there are. */
export function workGauges(readWork: () => Promise<readonly WorkHealth[]>): GaugeSource[] {
  let asked:
    | { readonly atMs: number; readonly reading: Promise<readonly WorkHealth[]> }
    | undefined;
  const read = () => {
    const nowMs = performance.now();
    if (asked === undefined || nowMs - asked.atMs > CACHE_MS) {
      asked = { atMs: nowMs, reading: readWork() };
    }
    return asked.reading;
  };
  const gauge = (name: string, help: string, value: (work: WorkHealth) => number): GaugeSource => ({
    name,
    help,
    labelNames: ['kind'],
    read: async () =>
      (await read()).map((work) => ({ labels: { kind: work.kind }, value: value(work) })),
  });
  return [
    gauge('kawase_work_due', 'Work that is due and not done', (work) => work.dueCount),
    gauge(
      'kawase_work_oldest_due_seconds',
      'Age of the longest overdue work',
      (work) => work.oldestDueMs / 1000,
    ),
    gauge('kawase_work_dead', 'Work set aside for a person', (work) => work.deadCount),
  ];
}

export function laneGauge(waiting: () => number): GaugeSource {
  return {
    name: 'kawase_lane_waiting',
    help: 'Instructions waiting for the next batch in this process',
    read: () => [{ value: waiting() }],
  };
}
