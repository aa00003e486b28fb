import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Agent, eventExamples, type Queue } from '@parley/contract';
import type { CallCentre, Moment, Monotonic } from '@parley/core';
import { Registry } from 'prom-client';
import { observeQueues } from './queue-metrics.ts';

type Observed = Pick<CallCentre, 'queues' | 'visits' | 'agents'>;

function queue(id: string, change: Partial<Queue> = {}): readonly [string, { row: Queue; version: number }] {
  return [
    id,
    { row: { ...eventExamples.queue_created.data, tag_ids: [], skills: {}, id, ...change }, version: 1 },
  ];
}

function agent(id: string, change: Partial<Agent>): readonly [string, { row: Agent }] {
  return [id, { row: { ...eventExamples.agent_created.data, id, ...change } }];
}

async function linesOf(centre: Partial<Record<keyof Observed, ReadonlyMap<string, unknown>>>, at = 90_000) {
  const registry = new Registry();
  const none = { queues: new Map(), visits: new Map(), agents: new Map() };
  // Of visits and agents nothing else is read.
  const observed = { ...none, ...centre } as unknown as Observed;
  const now: Moment = { mono: at as Monotonic, wall: 0 as Moment['wall'] };
  observeQueues(registry, observed, { now: () => now });
  const text = await registry.metrics();
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('What is shown of queues and agents', () => {
  it('is who waits and since when, who is served, and who serves, by status', async () => {
    const lines = await linesOf({
      queues: new Map([
        queue('sales', { wait_queue_call_ids: ['a', 'b'], service_queue_call_ids: ['c'], tag_ids: ['gold'] }),
      ]),
      visits: new Map([
        ['a', { joinedAt: 60_000 }],
        ['b', { joinedAt: 80_000 }],
      ]),
      agents: new Map([
        agent('ann', { status: 'available', tag_ids: ['gold'] }),
        agent('bob', { status: 'busy', tag_ids: ['gold'] }),
        agent('cid', { status: 'available', tag_ids: [] }),
        agent('dan', { status: 'available', tag_ids: ['gold'], customer_id: 'another' }),
      ]),
    });
    for (const line of [
      'parley_queue_waiting{queue_id="sales"} 2',
      'parley_queue_longest_wait_seconds{queue_id="sales"} 30',
      'parley_queue_service{queue_id="sales"} 1',
      'parley_queue_agents{queue_id="sales",status="available"} 1',
      'parley_queue_agents{queue_id="sales",status="busy"} 1',
      'parley_queue_agents{queue_id="sales",status="away"} 0',
      'parley_agents{status="available"} 3',
    ])
      assert.ok(lines.includes(line), `${line} is not in\n${lines.join('\n')}`);
  });

  it('is one line for all queues after the hundredth', async () => {
    const queues = Array.from({ length: 150 }, (_, index) =>
      queue(`q${index}`, { wait_queue_call_ids: ['x'] }),
    );
    const lines = await linesOf({ queues: new Map(queues), visits: new Map([['x', { joinedAt: 85_000 }]]) });
    const waiting = lines.filter((line) => line.startsWith('parley_queue_waiting'));
    assert.equal(waiting.length, 101);
    assert.equal(waiting.at(-1), 'parley_queue_waiting{queue_id="other"} 50');
    assert.ok(lines.includes('parley_queue_longest_wait_seconds{queue_id="other"} 5'));
    assert.equal(lines.filter((line) => line.startsWith('parley_queue_agents')).length, 101 * 5);
  });

  it('forgets a queue that is gone', async () => {
    assert.deepEqual(
      (await linesOf({})).filter((line) => line.startsWith('parley_queue')),
      [],
    );
  });
});
