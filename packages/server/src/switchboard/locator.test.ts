import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Address, nilId } from '@parley/contract';
import type { PlannedDestination } from '@parley/core';
import { type CalledAgent, createLocator } from './locator.ts';

const agentId = 'a0d1e2f3-0000-4000-8000-000000000001';
const text = { target_name: '', name: '', detail: '' };

function address(type: Address['type'], target: string): Address {
  return { type, target, ...text };
}

const mira: CalledAgent = {
  id: agentId,
  ring_method: 'linear',
  addresses: [address('extension', '1001'), address('sip', 'mira@192.0.2.20')],
};

/** How a destination of the customer `ours` is reached; extension 1001 has two phones. */
async function planOf(destination: Address, agent: CalledAgent = mira): Promise<PlannedDestination> {
  const phone = { host: '192.0.2.7', port: 5070, transport: 'UDP' } as const;
  const locate = createLocator({
    contactsOf: (customerId, extension) =>
      customerId === 'ours' && extension === '1001'
        ? ['desk', 'pocket'].map((user) => ({ uri: `sip:${user}@192.0.2.7`, nextHop: phone }))
        : [],
    legTo: async (_wanted, number) => ({
      destination: number,
      attempts: [],
      problem: 'no route leads there',
    }),
    agentOf: (customerId, id) => (customerId === 'ours' && id === agent.id ? agent : undefined),
  });
  const wanted = { customerId: 'ours', source: address('tel', '+15550100100'), anonymous: 'auto' } as const;
  const [planned] = await locate({ ...wanted, destinations: [destination] });
  assert.ok(planned);
  return planned;
}

function problemOf({ legs, agent }: PlannedDestination): string | undefined {
  assert.equal(agent, undefined);
  assert.deepEqual(
    legs.map(({ attempts }) => attempts),
    [[]],
  );
  return legs[0]?.problem;
}

describe('a number as a destination', () => {
  it('that is nowhere, and an extension, is told to be one', async () => {
    assert.equal(problemOf(await planOf(address('tel', '1009'))), 'no route leads there');
    assert.equal(
      problemOf(await planOf(address('tel', '1001'))),
      'no route leads there; the extension 1001 is of the type "extension"',
    );
  });
});

describe('an agent as a destination', () => {
  it('is at the own addresses, each with all its phones, rung in the own way', async () => {
    const { agent, legs, asGroup } = await planOf(address('agent', agentId));
    assert.deepEqual([legs, asGroup, agent?.id, agent?.ringMethod], [[], true, agentId, 'linear']);
    assert.deepEqual(
      agent?.addresses.map((each) => each.legs.flatMap(({ attempts }) => attempts.map(({ uri }) => uri))),
      [['sip:desk@192.0.2.7', 'sip:pocket@192.0.2.7'], ['sip:mira@192.0.2.20']],
    );
    const all = await planOf(address('agent', agentId), { ...mira, ring_method: 'ringall' });
    assert.equal(all.agent?.ringMethod, 'ring_all');
  });

  it('keeps an address there is no way to, with the reason', async () => {
    const away = { ...mira, addresses: [address('extension', '1009'), address('tel', '+15550100199')] };
    const { agent } = await planOf(address('agent', agentId), away);
    assert.deepEqual(
      agent?.addresses.map(({ legs }) => legs[0]?.problem),
      ['no phone of extension 1009 is registered', 'no route leads there'],
    );
  });

  it('is a problem when there is no such agent of the customer, or no address', async () => {
    assert.equal(problemOf(await planOf(address('agent', nilId))), `there is no agent ${nilId}`);
    assert.match(
      problemOf(await planOf(address('agent', agentId), { ...mira, addresses: [] })) ?? '',
      /has no addresses/,
    );
  });

  it('does not lead to agents or conferences, whatever the row says', async () => {
    const round = { ...mira, addresses: [address('agent', agentId), address('conference', nilId)] };
    const { agent } = await planOf(address('agent', agentId), round);
    assert.deepEqual(
      agent?.addresses.map(({ legs, agent: inner }) => [inner, legs[0]?.attempts.length]),
      [
        [undefined, 0],
        [undefined, 0],
      ],
    );
  });
});

describe('a conference as a destination', () => {
  it('cannot be called', async () => {
    assert.match(problemOf(await planOf(address('conference', nilId))) ?? '', /calls join it/);
  });
});
