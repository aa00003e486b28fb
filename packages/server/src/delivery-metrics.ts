import { Counter, Histogram, type Registry } from 'prom-client';
import type { DeliveryMetrics } from './webhook/deliverer.ts';

/** From a millisecond on the same machine to a receiver that takes its time. */
const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60];

export function createDeliveryMetrics(registry: Registry): DeliveryMetrics {
  const registers = [registry];
  const attempts = new Histogram({
    name: 'parley_webhook_attempt_seconds',
    help: 'How long attempts to deliver took, by how they ended',
    labelNames: ['result'],
    buckets: secondsBuckets,
    registers,
  });
  const latency = new Histogram({
    name: 'parley_webhook_latency_seconds',
    help: 'From the event until its receiver had acknowledged it',
    buckets: secondsBuckets,
    registers,
  });
  const passed = new Counter({
    name: 'parley_webhook_gaps_total',
    help: 'Failing events that later ones of their lane were allowed to pass',
    registers,
  });
  const lost = new Counter({
    name: 'parley_webhook_lost_total',
    help: 'Events that were given up, by why',
    labelNames: ['reason'],
    registers,
  });
  return {
    attempted: (result, durationMs) => attempts.observe({ result }, durationMs / 1000),
    acknowledged: (latencyMs) => latency.observe(Math.max(0, latencyMs) / 1000),
    passed: () => passed.inc(),
    lost: (reason) => lost.inc({ reason }),
  };
}
