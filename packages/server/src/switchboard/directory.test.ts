import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Flow, nilId, notYet, type PhoneNumber } from '@parley/contract';
import type { Kind, Monotonic, Put, Store, Stored } from '@parley/core';
import { createDirectory } from './directory.ts';

type Rows = Pick<Store, 'find' | 'get'>;

const flow = { id: 'flow-1', customer_id: 'customer-1', tm_delete: notYet } as Flow;

function numberOf(number: string, callFlowId: string = flow.id): PhoneNumber {
  return { id: 'number-1', number, customer_id: 'customer-1', call_flow_id: callFlowId } as PhoneNumber;
}

/** One number and one flow, which can be changed, and a count of the reads. */
function setUp(number = numberOf('+4930123456')) {
  const state = { number, flow, reads: 0, now: 0, afterFind: () => {} };
  const store: Rows = {
    find: async <K extends Kind>(_: K, lookup: string) => {
      state.reads += 1;
      const row = state.number.number === lookup ? state.number : undefined;
      await Promise.resolve();
      state.afterFind();
      return row === undefined ? undefined : ({ row, version: 1 } as unknown as Stored<K>);
    },
    get: <K extends Kind>(_: K, id: string) => {
      state.reads += 1;
      const found = id === state.flow.id ? { row: state.flow, version: 1 } : undefined;
      return Promise.resolve(found as unknown as Stored<K> | undefined);
    },
  };
  const directory = createDirectory(store, () => state.now as Monotonic);
  return { state, directory };
}

const change = (kind: Kind): readonly Put[] => [{ kind, row: {} } as unknown as Put];

describe('the directory', () => {
  it('finds a number as dialled, and as E.164 when the plus was left out', async () => {
    const { directory } = setUp();
    assert.equal((await directory.route('+4930123456'))?.flow, flow);
    assert.equal((await directory.route('4930123456'))?.flow, flow);
    assert.equal(await directory.route('30123456'), undefined);
  });

  it('finds a number without flow, with a deleted one, or with one of somebody else to have none', async () => {
    const without = setUp(numberOf('100', nilId));
    assert.equal((await without.directory.route('100'))?.flow, undefined);
    for (const other of [{ tm_delete: '2027-01-01 00:00:00.000000' }, { customer_id: 'customer-2' }]) {
      const { directory, state } = setUp(numberOf('100'));
      state.flow = { ...flow, ...other };
      const route = await directory.route('100');
      assert.equal(route?.number.number, '100');
      assert.equal(route?.flow, undefined);
    }
  });

  it('reads a number once for all calls of a second', async () => {
    const { directory, state } = setUp(numberOf('100'));
    await directory.route('100');
    state.now = 999;
    await directory.route('100');
    assert.equal(state.reads, 2);
    state.now = 1_000;
    await directory.route('100');
    assert.equal(state.reads, 4);
  });

  it('knows a change of numbers or flows at once', async () => {
    const { directory, state } = setUp(numberOf('100'));
    await directory.route('100');
    state.flow = { ...flow, name: 'changed' };
    directory.changed(change('flow'));
    assert.equal((await directory.route('100'))?.flow?.name, 'changed');
    state.number = numberOf('100', nilId);
    directory.changed(change('number'));
    assert.equal((await directory.route('100'))?.flow, undefined);
  });

  it('keeps what it knows when other things change', async () => {
    const { directory, state } = setUp(numberOf('100'));
    await directory.route('100');
    directory.changed(change('call'));
    await directory.route('100');
    assert.equal(state.reads, 2);
  });

  it('does not remember what was read while it changed', async () => {
    const { directory, state } = setUp(numberOf('100'));
    state.afterFind = () => directory.changed(change('number'));
    await directory.route('100');
    state.afterFind = () => {};
    state.number = numberOf('100', nilId);
    assert.equal((await directory.route('100'))?.flow, undefined);
  });

  it('does not remember numbers that nobody has', async () => {
    const { directory, state } = setUp(numberOf('100'));
    await directory.route('200');
    state.number = numberOf('200');
    assert.equal((await directory.route('200'))?.number.number, '200');
  });
});
