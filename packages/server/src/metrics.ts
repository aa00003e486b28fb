import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Tally } from './switchboard/tally.ts';

/** What is looked at when the figures are asked for. */
export interface Observed {
  readonly liveCalls: () => number;
  readonly commitBacklog: () => number;
  readonly sip: () => Readonly<Record<string, number>>;
}

export interface Metrics extends Tally {
  readonly registry: Registry;
  /** From now on these are shown. */
  observe(observed: Observed): void;
}

/** Figures of this process for Prometheus. What the event log can tell is not counted here a second time. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = (name: string, help: string, label: string): Counter =>
    new Counter({ name, help, labelNames: [label], registers: [registry] });
  const dropped = counter('parley_sip_dropped_total', 'SIP messages that led to nothing', 'reason');
  const refused = counter('parley_calls_refused_total', 'INVITEs refused before they became a call', 'why');
  const problems = counter('parley_call_problems_total', 'Things that went wrong within calls', 'kind');
  return {
    registry,
    dropped: (reason) => dropped.inc({ reason }),
    refused: (why) => refused.inc({ why }),
    problem: (kind) => problems.inc({ kind }),
    observe: (observed) => observe(registry, observed),
  };
}

function observe(registry: Registry, observed: Observed): void {
  const gauge = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('parley_calls_live', 'Calls that are not over', observed.liveCalls);
  gauge('parley_commit_backlog', 'Decisions that are not durable yet', observed.commitBacklog);
  const tables = new Gauge({
    name: 'parley_sip_table_size',
    help: 'Entries in the tables of the SIP engine',
    labelNames: ['table'],
    registers: [registry],
    collect() {
      for (const [table, size] of Object.entries(observed.sip())) tables.set({ table }, size);
    },
  });
}
