import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PhoneNumber } from '@parley/contract';
import { type Chance, extensionKey, type ExtensionRow } from '@parley/core';
import { encodeText, parseMessage, parseUri, type SipOutput } from '@parley/sip';
import { HandClock } from '../carriers/testing/hand-clock.ts';
import { createDialPlan, type DialPlanDeps } from './dial-plan.ts';

type Invite = Extract<SipOutput, { kind: 'incomingCall' }>;

const numbers = new Map([
  ['+4930111', 'us'],
  ['+4930999', 'them'],
]);
let made = 0;
const chance: Chance = {
  id: () => `00000000-0000-4000-8000-${String((made += 1)).padStart(12, '0')}`,
  token: () => '',
  fraction: () => 0,
};

const plan = createDialPlan({
  directory: {
    route: async (dialled) => {
      const customer_id = numbers.get(dialled);
      const number = { number: dialled, customer_id, call_flow_id: 'flow' } as PhoneNumber;
      return await Promise.resolve(customer_id === undefined ? undefined : { number, flow: undefined });
    },
  },
  store: {
    find: async (_kind: string, key: string) =>
      key === extensionKey('us', '1001')
        ? { row: { extension: '1001', name: 'Counter' }, version: 1 }
        : undefined,
  } as unknown as DialPlanDeps['store'],
  chance,
  clock: new HandClock(),
});

function inviteTo(user: string, { to = user, privacy = '' } = {}): Invite {
  const lines = [`INVITE sip:${user}@us.example SIP/2.0`, 'Via: SIP/2.0/UDP a;branch=z9hG4bK1', 'Call-ID: 1'];
  const more = ['CSeq: 1 INVITE', 'From: "Ann" <sip:+4940@them>;tag=1', `To: <sip:${to}@us.example>`];
  const last = [...(privacy === '' ? [] : [`Privacy: ${privacy}`]), 'Content-Length: 0', '', ''];
  const parsed = parseMessage(encodeText([...lines, ...more, ...last].join('\r\n')));
  const requestUri = parseUri(`sip:${user}@us.example`);
  assert.ok(parsed.ok && parsed.value.kind === 'request' && requestUri.ok);
  const from = { displayName: 'Ann', user: '+4940', host: 'them', uri: '', params: new Map() };
  const party = { user: to, host: 'us.example', uri: '', params: new Map() };
  return { request: parsed.value, requestUri: requestUri.value, from, to: party } as unknown as Invite;
}

describe('what a call over a trunk reaches', () => {
  it('is a number of its customer, as for anybody', async () => {
    const entry = await plan.fromTrunk(inviteTo('+4930111'), 'us');
    assert.deepEqual([entry?.customerId, entry?.flowId], ['us', 'flow']);
  });

  it('is an extension, or a telephone number, connected with early media and the reason told', async () => {
    for (const [dialled, type] of [
      ['1001', 'extension'],
      ['+4989222', 'tel'],
      ['+4930999', 'tel'],
    ] as const) {
      const entry = await plan.fromTrunk(inviteTo(dialled), 'us');
      assert.deepEqual([entry?.customerId, entry?.destination.type], ['us', type]);
      const [action] = entry?.flow?.actions ?? [];
      assert.equal(action?.type, 'connect');
      assert.partialDeepStrictEqual(action.option, {
        destinations: [{ type, target: dialled }],
        early_media: true,
        relay_reason: true,
      });
    }
  });

  it('is nothing else', async () => {
    for (const dialled of ['bob', '12', '+', '1001x'])
      assert.equal(await plan.fromTrunk(inviteTo(dialled), 'us'), undefined, dialled);
  });
});

describe('what a call from a provider that knows us reaches', () => {
  const accounts = [{ customerId: 'us', username: 'bakery' }];

  it('is a number of the customer whose account it is, and nothing outside', async () => {
    assert.equal((await plan.fromProvider(inviteTo('+4930111'), accounts))?.customerId, 'us');
    for (const dialled of ['+4930999', '+4989222', '1001'])
      assert.equal(await plan.fromProvider(inviteTo(dialled), accounts), undefined, dialled);
  });

  it('is the number in To when it calls the account', async () => {
    const entry = await plan.fromProvider(inviteTo('bakery', { to: '+4930111' }), accounts);
    assert.equal(entry?.destination.target, '+4930111');
    assert.equal(await plan.fromProvider(inviteTo('bakery', { to: '+4930999' }), accounts), undefined);
  });
});

describe('a caller from outside', () => {
  const nameOf = async (privacy: string): Promise<string | undefined> =>
    (await plan.fromOutside(inviteTo('+4930111', { privacy })))?.source.target_name;

  it('who wishes not to be shown on is called anonymous, and known all the same', async () => {
    assert.equal(await nameOf(''), 'Ann');
    assert.equal(await nameOf('none'), 'Ann');
    assert.equal(await nameOf('id'), 'Anonymous');
    assert.equal(await nameOf('header;ID'), 'Anonymous');
    const entry = await plan.fromOutside(inviteTo('+4930111', { privacy: 'id' }));
    assert.equal(entry?.source.target, '+4940');
  });
});

describe('what a phone of a customer reaches', () => {
  const phone = { customer_id: 'us', extension: '1002', name: 'Till' } as ExtensionRow;

  it('is an agent or a conference, by its id', async () => {
    const id = 'a0d1e2f3-0000-4000-8000-000000000001';
    for (const type of ['agent', 'conference']) {
      const entry = await plan.fromExtension(inviteTo(`${type}-${id}`), phone);
      assert.deepEqual([entry?.destination.type, entry?.destination.target], [type, id]);
      assert.deepEqual(entry?.source.target, '1002');
      const [action] = entry?.flow?.actions ?? [];
      assert.partialDeepStrictEqual(action, {
        type: 'connect',
        option: { destinations: [{ type, target: id }] },
      });
    }
  });

  it('is nothing that only looks like one', async () => {
    for (const dialled of ['agent-1', 'agent-', 'queue-a0d1e2f3-0000-4000-8000-000000000001'])
      assert.equal(await plan.fromExtension(inviteTo(dialled), phone), undefined, dialled);
  });

  it('is not reached over a trunk', async () => {
    const dialled = 'agent-a0d1e2f3-0000-4000-8000-000000000001';
    assert.equal(await plan.fromTrunk(inviteTo(dialled), 'us'), undefined);
  });
});
