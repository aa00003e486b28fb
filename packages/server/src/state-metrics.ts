import type { Instant } from '@parley/contract';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { SpeechStats } from './speech/speech.ts';
import type { EndpointStatus } from './webhook/endpoint-queue.ts';

const states: readonly EndpointStatus['state'][] = ['proving', 'well', 'failing', 'disabled', 'removed'];

/** What is owed to endpoints, all together: one line for each would grow with the customers. The log names them. */
export function observeEndpoints(
  registry: Registry,
  status: () => readonly EndpointStatus[],
  now: () => Instant,
): void {
  registry.registerMetric(
    new Gauge({
      name: 'parley_webhook_endpoints',
      help: 'Webhook endpoints by how they do',
      labelNames: ['state'],
      registers: [],
      collect() {
        const all = status();
        for (const state of states) this.set({ state }, all.filter((each) => each.state === state).length);
      },
    }),
  );
  const gauge = (name: string, help: string, read: (all: readonly EndpointStatus[]) => number): Gauge =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read(status()));
      },
    });
  gauge('parley_webhook_waiting', 'Events in memory that are not delivered yet', (all) =>
    sum(all.map(({ waiting }) => waiting)),
  );
  gauge('parley_webhook_under_way', 'Attempts to deliver that wait for their answer', (all) =>
    sum(all.map(({ underWay }) => underWay)),
  );
  gauge(
    'parley_webhook_behind',
    'Endpoints that are owed more than is in memory',
    (all) => all.filter(({ behind }) => behind).length,
  );
  gauge('parley_webhook_oldest_seconds', 'Age of the oldest event that is not delivered yet', (all) =>
    Math.max(0, ...all.map(({ oldestAt }) => (oldestAt === undefined ? 0 : (now() - oldestAt) / 1_000_000))),
  );
}

/** Where the clips of speech come from, and what is kept of them. */
export function observeSpeech(registry: Registry, stats: () => SpeechStats): void {
  registry.registerMetric(
    new Counter({
      name: 'parley_speech_clips_total',
      help: 'Texts to be spoken, by where their sound came from',
      labelNames: ['from'],
      registers: [],
      collect() {
        const { memoryHits, diskHits, shared, syntheses } = stats();
        this.reset();
        this.inc({ from: 'memory' }, memoryHits);
        this.inc({ from: 'disk' }, diskHits);
        this.inc({ from: 'shared' }, shared);
        this.inc({ from: 'voice' }, syntheses);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: 'parley_speech_failures_total',
      help: 'Texts that the voice could not speak',
      registers: [],
      collect() {
        this.reset();
        this.inc(stats().failures);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'parley_speech_cache_bytes',
      help: 'Rendered speech that is kept',
      labelNames: ['place'],
      registers: [],
      collect() {
        const { cachedBytes, storedBytes } = stats();
        this.set({ place: 'memory' }, cachedBytes);
        this.set({ place: 'disk' }, storedBytes);
      },
    }),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
