import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nilId } from '@parley/contract';
import type { DialAttempt } from '@parley/core';
import { chooseRecord, createReach, type NameService } from './sip-reach.ts';

const nothing: NameService = {
  srv: async () => await Promise.reject(new Error('ENOTFOUND')),
  addresses: async (host) =>
    host === 'carrier.example' || host === 'sip1.carrier.example' ? ['192.0.2.7'] : [],
};
const withSrv: NameService = {
  ...nothing,
  srv: async (name) => {
    const transport = name.includes('._tcp.') || name.startsWith('_sip._tcp') ? 5070 : 5062;
    return await Promise.resolve([{ name: 'sip1.carrier.example', port: transport, priority: 1, weight: 1 }]);
  },
};

function attempt(uri: string, nextHop?: DialAttempt['nextHop'], providerId: string = nilId): DialAttempt {
  return { uri, nextHop, from: { displayName: '', user: 'a', host: undefined }, headers: [], providerId };
}

function reachWith(names: NameService) {
  return createReach({
    names,
    local: () => ({ address: '127.0.0.1', port: 5060 }),
    fraction: () => 0,
    credentialsOf: async () => await Promise.resolve({ username: 'u', password: 'p' }),
  });
}

async function remoteOf(names: NameService, uri: string): Promise<string> {
  const { path } = await reachWith(names)(attempt(uri));
  return `${path.transport} ${path.remote.address}:${path.remote.port}`;
}

describe('where an INVITE goes', () => {
  it('is the address that stands there', async () => {
    assert.equal(await remoteOf(nothing, 'sip:a@192.0.2.9'), 'UDP 192.0.2.9:5060');
    assert.equal(await remoteOf(nothing, 'sip:a@192.0.2.9:5999;transport=tcp'), 'TCP 192.0.2.9:5999');
    assert.equal(await remoteOf(nothing, 'sip:a@[2001:db8::1]:5999'), 'UDP 2001:db8::1:5999');
  });

  it('is what the SRV records of a name say, unless a port stands there', async () => {
    assert.equal(await remoteOf(withSrv, 'sip:a@carrier.example'), 'UDP 192.0.2.7:5062');
    assert.equal(await remoteOf(withSrv, 'sip:a@carrier.example;transport=tcp'), 'TCP 192.0.2.7:5070');
    assert.equal(await remoteOf(withSrv, 'sip:a@carrier.example:5999'), 'UDP 192.0.2.7:5999');
  });

  it('is the address of a name without SRV records', async () => {
    assert.equal(await remoteOf(nothing, 'sip:a@carrier.example'), 'UDP 192.0.2.7:5060');
  });

  it('is nowhere for a name without address, and for what we do not speak', async () => {
    await assert.rejects(remoteOf(nothing, 'sip:a@nobody.example'), /nobody.example has no address/);
    await assert.rejects(remoteOf(nothing, 'sip:a@192.0.2.9;transport=ws'), /asks for WS/);
  });

  it('is the connection a phone registered over', async () => {
    const hop = { host: '192.0.2.1', port: 40_000, transport: 'TCP', connection: 'tcp-7' } as const;
    const { path } = await reachWith(nothing)(attempt('sip:a@10.0.0.1', hop));
    assert.deepEqual(path, {
      transport: 'TCP',
      local: { address: '127.0.0.1', port: 5060 },
      remote: { address: '192.0.2.1', port: 40_000 },
      connection: 'tcp-7',
    });
  });

  it('comes with the credentials of a provider, and of nobody else', async () => {
    const reach = reachWith(nothing);
    const provider = '00000000-0000-4000-8000-000000000001';
    assert.deepEqual((await reach(attempt('sip:a@192.0.2.9', undefined, provider))).credentials, {
      username: 'u',
      password: 'p',
    });
    assert.equal((await reach(attempt('sip:a@192.0.2.9'))).credentials, undefined);
  });
});

describe('the choice among SRV records', () => {
  const records = [
    { name: 'a', port: 1, priority: 10, weight: 1 },
    { name: 'b', port: 1, priority: 10, weight: 3 },
    { name: 'c', port: 1, priority: 20, weight: 100 },
  ];

  it('takes the lowest priority, and of those each by its weight', () => {
    const chosen = [0, 0.24, 0.26, 0.99].map((fraction) => chooseRecord(records, () => fraction)?.name);
    assert.deepEqual(chosen, ['a', 'a', 'b', 'b']);
  });

  it('takes any when all weigh nothing, and none when there is none', () => {
    const weightless = records.map((record) => ({ ...record, weight: 0 }));
    assert.equal(chooseRecord(weightless, () => 0.5)?.name, 'b');
    assert.equal(
      chooseRecord([], () => 0.5),
      undefined,
    );
  });
});
