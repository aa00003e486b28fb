import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventExamples, formatTimestamp, type Instant, type Queuecall } from '@parley/contract';
import { CallCentre, type Monotonic, type Rows, type Store } from '@parley/core';
import { readStaffHistory } from './staff-history.ts';

const at = { mono: 0 as Monotonic, wall: 1_650_031_200_000_000 as Instant };
const queue = { ...eventExamples.queue_created.data, sticky: { within_seconds: 0, hold_seconds: 0 } };
const agent = eventExamples.agent_created.data;

/** A visit that began so many seconds ago, and took a minute. */
function visit(seconds: number): Queuecall {
  const before = (less: number) => formatTimestamp((at.wall - (seconds - less) * 1_000_000) as Instant);
  return {
    ...eventExamples.queuecall_done.data,
    tm_create: before(0),
    tm_service: before(10),
    tm_delete: before(60),
    duration_service: 50_000,
  };
}

/** A store with nothing but these visits, newest first; counts the pages that were read. */
function storeOf(visits: readonly Queuecall[]) {
  const pages: string[] = [];
  const list = async (_kind: string, { limit, after, customerId }: Parameters<Store['list']>[1]) => {
    pages.push(customerId);
    const from = Number(after ?? 0);
    const rows: readonly Rows['queuecall'][] = visits.slice(from, from + limit);
    return { rows, next: from + limit < visits.length ? String(from + limit) : undefined };
  };
  return { pages, store: { list: list as unknown as Store['list'] } };
}

async function callsToday(visits: readonly Queuecall[]) {
  const { pages, store } = storeOf(visits);
  const history = await readStaffHistory(store, [queue], at);
  const chance = { id: () => '', token: () => '', fraction: () => 0 };
  const centre = new CallCentre(chance);
  centre.loadStaff([{ row: agent, version: 1 }], [{ row: queue, version: 1 }], at, history);
  const figures = centre.agents.get(agent.id)?.figures;
  return { pages: pages.length, calls: figures?.calls, talkMs: figures?.talkMs };
}

describe('what earlier processes knew of agents', () => {
  it('is read page by page, as far back as today can reach', async () => {
    const today = Array.from({ length: 150 }, (_, index) => visit(100 + index));
    const longAgo = Array.from({ length: 500 }, (_, index) => visit(4 * 86_400 + index));
    assert.deepEqual(await callsToday([...today, ...longAgo]), {
      pages: 2,
      calls: 150,
      talkMs: 150 * 50_000,
    });
  });

  it('is nothing at the first start', async () => {
    assert.deepEqual(await callsToday([]), { pages: 1, calls: 0, talkMs: 0 });
  });

  it('is what the newest twenty thousand visits of a customer tell, and no more', async () => {
    const many = Array.from({ length: 20_100 }, () => visit(100));
    assert.deepEqual(await callsToday(many), { pages: 200, calls: 20_000, talkMs: 20_000 * 50_000 });
  });
});
