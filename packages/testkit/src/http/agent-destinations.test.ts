import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Address, nilId } from '@parley/contract';
import type { PlannedDestination } from '@parley/core';
import { type ApiUnderTest, createApi } from './api-under-test.ts';
import { planned } from './centre-under-test.ts';

const agentId = 'a0d1e2f3-0000-4000-8000-000000000001';
const source = { target: '+15550100100' };
const mira = { type: 'agent', target: agentId };

/** The agent has two addresses, the second of which is to be found nowhere. */
function planWithAgent(destination: Address): PlannedDestination {
  if (destination.type !== 'agent') return planned(destination);
  if (destination.target !== agentId)
    return planned({ ...destination, target: 'nowhere, there is no such agent' });
  const addresses = ['+15550100123', 'nowhere'].map((target) =>
    planned({ ...destination, type: 'tel', target }),
  );
  return { destination, legs: [], asGroup: true, agent: { id: agentId, ringMethod: 'linear', addresses } };
}

async function createCentreWithAgent(): Promise<ApiUnderTest> {
  const api = await createApi();
  api.plan = planWithAgent;
  return api;
}

describe('an agent in POST /v1.0/calls', () => {
  it('is a group dial of the agent, over the addresses there is a way to', async () => {
    const api = await createCentreWithAgent();
    const { calls, groupcalls } = await api.ok('createCalls', { body: { source, destinations: [mira] } });
    assert.deepEqual(calls, []);
    assert.partialDeepStrictEqual(groupcalls, [
      {
        owner_type: 'agent',
        owner_id: agentId,
        ring_method: 'linear',
        call_count: 1,
        destinations: [{ target: '+15550100123' }],
      },
    ]);
    const { result } = await api.ok('listCalls');
    assert.deepEqual(
      result.map(({ owner_type: type, owner_id: owner }) => [type, owner]),
      [['agent', agentId]],
    );
  });

  it('who is not there is refused by name', async () => {
    const api = await createCentreWithAgent();
    const body = { source, destinations: [{ type: 'agent', target: nilId }] };
    const error = await api.refused('createCalls', { body });
    assert.equal(error.reason, 'DESTINATION_REFUSED');
    assert.equal(error.details?.[0]?.path, 'destinations[0]');
    assert.match(error.message, /there is no such agent/);
  });
});

describe('a conference in POST /v1.0/calls', () => {
  it('is refused with its place, whoever else is called', async () => {
    const api = await createApi();
    const destinations = [{ target: '+15550100123' }, { type: 'conference', target: nilId }];
    const error = await api.refused('createCalls', { body: { source, destinations } });
    assert.equal(error.reason, 'INVALID_ARGUMENT');
    assert.partialDeepStrictEqual(error.details, [{ in: 'body', path: 'destinations[1].type' }]);
    assert.match(error.message, /cannot be called/);
    assert.deepEqual((await api.ok('listCalls')).result, []);
  });
});

describe('a transfer over HTTP', () => {
  /** An outgoing call that waits in a room of its own, with another one. */
  async function givenTalking(api: ApiUnderTest): Promise<readonly string[]> {
    const { id: conference } = await api.ok('createConference', { body: { type: 'conference' } });
    const actions = [{ type: 'conference_join', option: { conference_id: conference } }];
    const destinations = [{ target: '+15550100123' }, { target: '+15550100124' }];
    const { calls } = await api.ok('createCalls', { body: { source, destinations, actions } });
    for (const { id } of calls) {
      await api.switching.hear(id, { kind: 'mediaOpened' });
      await api.switching.hear(id, { kind: 'farEndAnswered' });
    }
    return calls.map(({ id }) => id);
  }

  it('goes to an agent like to anybody', async () => {
    const api = await createCentreWithAgent();
    const [first = ''] = await givenTalking(api);
    const body = { transfer_type: 'blind', transferer_call_id: first, transferee_addresses: [mira] };
    const { groupcall_id: id } = await api.ok('createTransfer', { body });
    const { result } = await api.ok('listGroupcalls');
    assert.deepEqual(
      result.map((group) => [group.id, group.owner_id]),
      [[id, agentId]],
    );
  });

  it('takes those who are handed on into a conference', async () => {
    const api = await createApi();
    const [first = '', second = ''] = await givenTalking(api);
    const { id: target } = await api.ok('createConference', { body: { type: 'conference' } });
    const transferee_addresses = [{ type: 'conference', target }];
    const body = { transfer_type: 'blind', transferer_call_id: first, transferee_addresses };
    const made = await api.ok('createTransfer', { body });
    assert.deepEqual(made.transferee_addresses[0]?.target, target);
    const { call_ids: inside } = await api.ok('getConference', { params: { id: target } });
    assert.deepEqual(inside, [second]);
    assert.equal((await api.ok('getCall', { params: { id: first } })).status, 'terminating');
  });

  it('into a conference is blind, to it alone, and to one that is there', async () => {
    const api = await createApi();
    const [first = ''] = await givenTalking(api);
    const { id: target } = await api.ok('createConference', { body: { type: 'conference' } });
    const conference = { type: 'conference', target };
    const ask = async (transfer_type: string, ...transferee_addresses: readonly object[]) =>
      await api.refused('createTransfer', {
        body: { transfer_type, transferer_call_id: first, transferee_addresses },
      });
    const attended = await ask('attended', conference);
    assert.deepEqual(
      [attended.reason, attended.details?.[0]?.path],
      ['INVALID_ARGUMENT', 'transferee_addresses[0].type'],
    );
    const several = await ask('blind', { target: '+15550100125' }, conference);
    assert.equal(several.details?.[0]?.path, 'transferee_addresses[1].type');
    const nobodys = await ask('blind', { ...conference, target: nilId });
    assert.equal(nobodys.reason, 'CONFERENCE_NOT_FOUND');
  });
});
