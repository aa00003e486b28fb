import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '@parley/contract';
import { Registry } from 'prom-client';
import { observeEndpoints, observeSpeech } from './state-metrics.ts';
import type { EndpointStatus } from './webhook/endpoint-queue.ts';

const now = 1_700_000_000_000_000 as Instant;
const second = 1_000_000;

const well: EndpointStatus = {
  endpointId: 'one',
  state: 'well',
  waiting: 3,
  behind: false,
  underWay: 2,
  oldestAt: (now - 5 * second) as Instant,
};

async function linesOf(registry: Registry): Promise<string[]> {
  return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('the figures of what is owed', () => {
  it('tell of all endpoints together how they are and what waits', async () => {
    const registry = new Registry();
    let status: readonly EndpointStatus[] = [
      well,
      { ...well, endpointId: 'two', waiting: 4, oldestAt: (now - 90 * second) as Instant },
      { ...well, endpointId: 'three', state: 'failing', waiting: 1, underWay: 1, behind: true },
    ];
    observeEndpoints(
      registry,
      () => status,
      () => now,
    );
    const all = ['proving 0', 'well 2', 'failing 1', 'disabled 0', 'removed 0'];
    assert.deepEqual(await linesOf(registry), [
      ...all.map((line) => `parley_webhook_endpoints{state="${line.replace(' ', '"} ')}`),
      'parley_webhook_waiting 8',
      'parley_webhook_under_way 5',
      'parley_webhook_behind 1',
      'parley_webhook_oldest_seconds 90',
    ]);
    status = [];
    const after = await linesOf(registry);
    assert.ok(after.includes('parley_webhook_endpoints{state="well"} 0'));
    assert.ok(after.includes('parley_webhook_oldest_seconds 0'));
  });
});

describe('the figures of speech', () => {
  it('tell where clips came from and what is kept, however often they are asked', async () => {
    const registry = new Registry();
    const stats = {
      memoryHits: 5,
      diskHits: 4,
      shared: 3,
      syntheses: 2,
      failures: 1,
      cachedBytes: 1000,
      cachedClips: 7,
      storedBytes: 2000,
    };
    observeSpeech(registry, () => stats);
    await registry.metrics();
    assert.deepEqual(await linesOf(registry), [
      'parley_speech_clips_total{from="memory"} 5',
      'parley_speech_clips_total{from="disk"} 4',
      'parley_speech_clips_total{from="shared"} 3',
      'parley_speech_clips_total{from="voice"} 2',
      'parley_speech_failures_total 1',
      'parley_speech_cache_bytes{place="memory"} 1000',
      'parley_speech_cache_bytes{place="disk"} 2000',
    ]);
  });
});
