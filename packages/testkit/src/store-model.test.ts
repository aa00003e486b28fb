import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Instant, nilId, notYet } from '@parley/contract';
import type { Commit, DeliveryChange, EventPosition, NewEvent, Put, Store } from '@parley/core';
import { openSqliteStore } from '@parley/server';
import * as fc from 'fast-check';
import { createMemoryStore } from './store.ts';

const ids = ['id 0', 'id 1', 'id 2'];
const customers = ['customer 0', 'customer 1'];
const endpoints = ['endpoint 0', 'endpoint 1'];
const lookups = ['+10', '+11'];
const parents = ['parent 0', 'parent 1'];
const address = { type: 'tel', target: '', target_name: '', name: '', detail: '' } as const;
const action = { id: nilId, next_id: nilId, type: '' };
const over = '2022-04-12 00:00:00.000000';

const base = fc.record(
  {
    id: fc.constantFrom(...ids),
    customer_id: fc.constantFrom(...customers),
    detail: fc.string(),
    name: fc.constantFrom('one', 'other'),
    tm_create: fc.constantFrom('2022-04-11 00:00:01.000000', '2022-04-11 00:00:02.000000'),
    tm_update: fc.constant(notYet),
    tm_delete: fc.constantFrom(notYet, notYet, over),
  },
  { noNullPrototype: true },
);

const put: fc.Arbitrary<Put> = fc.oneof(
  base.map((row) => ({ kind: 'tag' as const, row })),
  fc
    .tuple(
      base,
      fc.constantFrom(...lookups),
      fc.constantFrom(nilId, ...parents),
      fc.constantFrom(nilId, ...parents),
    )
    .map(([row, number, call_flow_id, message_flow_id]) => ({
      kind: 'number' as const,
      row: {
        ...row,
        number,
        call_flow_id,
        message_flow_id,
        status: 'active' as const,
        t38_enabled: false,
        emergency_enabled: false,
      },
    })),
  fc.tuple(base, fc.constantFrom('ringing' as const, 'hangup' as const)).map(([row, status]) => ({
    kind: 'call' as const,
    row: callOf(row, status),
  })),
  fc.tuple(base, fc.constantFrom(...parents)).map(([row, parent]) => ({
    kind: 'activeflow' as const,
    row: {
      id: row.id,
      flow_id: nilId,
      customer_id: row.customer_id,
      reference_type: 'call' as const,
      reference_id: parent,
      current_action: action,
      forward_action_id: nilId,
      actions: [action],
      tm_create: row.tm_create,
      tm_update: notYet,
      tm_delete: row.tm_delete,
    },
  })),
);

function callOf(
  {
    id,
    customer_id,
    tm_create,
    tm_delete,
  }: { id: string; customer_id: string; tm_create: string; tm_delete: string },
  status: 'ringing' | 'hangup',
) {
  return {
    id,
    customer_id,
    flow_id: nilId,
    type: 'flow' as const,
    master_call_id: nilId,
    chained_call_ids: [],
    recording_id: nilId,
    recording_ids: [],
    source: address,
    destination: address,
    status,
    action,
    direction: 'incoming' as const,
    hangup_by: '' as const,
    hangup_reason: '' as const,
    tm_create,
    tm_update: notYet,
    tm_progressing: notYet,
    tm_ringing: notYet,
    tm_hangup: notYet,
    activeflow_id: nilId,
    tm_delete,
    groupcall_id: nilId,
    mute_direction: '' as const,
    owner_type: '' as const,
    owner_id: nilId,
    on_hold: false,
  };
}

const event: fc.Arbitrary<NewEvent> = fc
  .tuple(fc.uuid(), fc.constantFrom(...customers), fc.subarray(endpoints), put)
  .map(([id, customerId, recipients, told]) => ({
    id,
    type: 'call_updated',
    customerId,
    lane: id,
    resourceId: told.row.id,
    at: 1_000_000 as Instant,
    body: JSON.stringify({ type: 'call_updated', data: told.row }),
    recipients,
  }));

const change: fc.Arbitrary<DeliveryChange> = fc
  .tuple(fc.constantFrom(...endpoints), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 3 }))
  .map(([endpointId, place, attempts]) => {
    const position = place as EventPosition;
    return attempts === 0
      ? { change: 'settled', endpointId, position }
      : { change: 'postponed', endpointId, position, attempts, nextAttemptAt: (attempts * 7) as Instant };
  });

const precondition = fc.record(
  {
    kind: fc.constantFrom('tag' as const, 'number' as const, 'call' as const),
    id: fc.constantFrom(...ids),
    version: fc.integer({ min: 0, max: 2 }),
  },
  { noNullPrototype: true },
);

const commit: fc.Arbitrary<Commit> = fc
  .record(
    {
      puts: fc.array(put, { maxLength: 3 }),
      events: fc.array(event, { maxLength: 2 }),
      deliveries: fc.array(change, { maxLength: 3 }),
      preconditions: fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(precondition, { maxLength: 2 }) },
      ),
      /** Whether the first put is also told by an event, which is what real commits do. */
      told: fc.boolean(),
    },
    { noNullPrototype: true },
  )
  .map(({ told, ...parts }) => (told ? withFirstPutTold(parts) : parts));

function withFirstPutTold(parts: Commit): Commit {
  const [first] = parts.puts;
  const [event] = parts.events;
  if (first === undefined || event === undefined) return parts;
  const body = JSON.stringify({ type: event.type, data: first.row });
  return { ...parts, events: [{ ...event, resourceId: first.row.id, body }, ...parts.events.slice(1)] };
}

type Step = { readonly do: 'commit'; readonly group: readonly Commit[] } | { readonly do: 'look' | 'reopen' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(commit, { minLength: 1, maxLength: 4 })
      .map((group) => ({ do: 'commit' as const, group })),
  },
  { weight: 3, arbitrary: fc.constant({ do: 'look' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'reopen' as const }) },
);

describe('The store in SQLite and the store in memory', () => {
  it('answer the same to whatever is asked of them', { timeout: 300_000 }, async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), compare), { numRuns: 25 });
  });
});

async function compare(steps: readonly Step[]): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-model-'));
  const model = createMemoryStore({ freeze: true });
  let store = await openSqliteStore({ directory });
  try {
    for (const each of steps) {
      if (each.do === 'commit')
        assert.deepEqual(await store.commit(each.group), await model.commit(each.group));
      if (each.do === 'look') assert.deepEqual(await everythingIn(store), await everythingIn(model));
      if (each.do === 'reopen') {
        await store.close();
        store = await openSqliteStore({ directory });
      }
    }
    assert.deepEqual(await everythingIn(store), await everythingIn(model));
  } finally {
    await store.close();
    await rm(directory, { recursive: true });
  }
}

const beginning = 0 as EventPosition;

/** All answers that a store has. */
async function everythingIn(store: Store): Promise<unknown> {
  const kinds = ['tag', 'number', 'call', 'activeflow'] as const;
  return {
    rows: await Promise.all(kinds.flatMap((kind) => ids.map((id) => store.get(kind, id)))),
    found: await Promise.all(lookups.map((lookup) => store.find('number', lookup))),
    families: await Promise.all(
      parents.flatMap((parent) => [
        store.findByParent('number', parent),
        store.findByParent('activeflow', parent),
      ]),
    ),
    lists: await Promise.all(
      kinds.flatMap((kind) => customers.map((customerId) => pages(store, kind, customerId))),
    ),
    live: [await store.live('call'), await store.live('activeflow')],
    last: await store.lastPosition(),
    events: await Promise.all(
      [undefined, ...customers].map((customerId) =>
        store.events({ customerId, after: beginning, limit: 1_000 }),
      ),
    ),
    owed: await store.owed({ after: beginning, limit: 1_000 }),
    owedLater: await store.owed({ after: 2 as EventPosition, limit: 2 }),
    owedTo: await Promise.all(
      endpoints.map((endpointId) => store.owed({ after: 1 as EventPosition, limit: 3, endpointId })),
    ),
  };
}

async function pages(
  store: Store,
  kind: 'tag' | 'number' | 'call' | 'activeflow',
  customerId: string,
): Promise<unknown[]> {
  const found: unknown[] = [];
  let after: string | undefined;
  do {
    const page = await store.list(kind, { customerId, limit: 2, after });
    assert.ok(page !== 'badToken');
    found.push(page);
    after = page.next;
  } while (after !== undefined);
  return found;
}
