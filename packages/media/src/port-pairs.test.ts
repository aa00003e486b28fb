import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PAIR_IDLE_MS, PAIR_REST_MS } from './limits.ts';
import { PortPairs, type PortPair } from './port-pairs.ts';
import type { PortRange } from './protocol.ts';
import { createVirtualNetwork, type VirtualNetwork } from './testing/virtual-network.ts';

let now = 0;

/** Without a pool unless asked for one. */
function pairsOn(network: VirtualNetwork, pooled = 0, warm = 0): PortPairs {
  now = 0;
  return new PortPairs({ network, clock: () => now, pooled, warm });
}

const nobody = { onRtp: () => undefined, onRtcp: () => undefined };

function open(pairs: PortPairs, range: PortRange, address = '127.0.0.1'): PortPair | string {
  let result: PortPair | string = 'not called';
  pairs.open(range, address, nobody, (opened) => {
    assert.equal(result, 'not called');
    result = opened.ok ? opened.value : opened.error;
  });
  return result;
}

function openPort(pairs: PortPairs, range: PortRange, address?: string): number | string {
  const opened = open(pairs, range, address);
  return typeof opened === 'string' ? opened : opened.port;
}

function boundPorts(network: VirtualNetwork): number[] {
  return [...network.bound.keys()].map((name) => Number(name.split(':')[1]));
}

describe('port pairs', () => {
  it('are an even port and the odd one above it', () => {
    const network = createVirtualNetwork();
    const pairs = pairsOn(network);
    assert.equal(openPort(pairs, { min: 1001, max: 1010 }), 1002);
    assert.deepEqual(boundPorts(network), [1002, 1003]);
  });

  it('go round the range, so that a closed port rests as long as possible', () => {
    const network = createVirtualNetwork();
    const pairs = pairsOn(network);
    const range = { min: 1000, max: 1005 };
    const given: Array<number | string> = [];
    for (let n = 0; n < 5; n += 1) {
      const pair = open(pairs, range);
      assert.ok(typeof pair !== 'string');
      given.push(pair.port);
      pair.close();
    }
    assert.deepEqual(given, [1000, 1002, 1004, 1000, 1002]);
    assert.deepEqual(boundPorts(network), []);
  });

  it('pass over ports somebody else has, be it the upper or the lower one', () => {
    const network = createVirtualNetwork();
    network.taken.add(1000).add(1003);
    const pairs = pairsOn(network);
    assert.equal(openPort(pairs, { min: 1000, max: 1007 }), 1004);
    assert.deepEqual(boundPorts(network), [1004, 1005]);
  });

  it('run out with a reason: all are ours, or what the system said', () => {
    const network = createVirtualNetwork();
    const pairs = pairsOn(network);
    const range = { min: 1000, max: 1004 };
    assert.equal(openPort(pairs, range), 1000);
    assert.equal(openPort(pairs, range), 1002);
    assert.equal(openPort(pairs, range), 'all RTP ports in 1000-1004 are taken by calls');
    network.taken.add(2000);
    assert.equal(
      openPort(pairs, { min: 2000, max: 2001 }),
      'no free pair of RTP ports in 2000-2001: 1 tried, the last failed with EADDRINUSE',
    );
  });

  it('are looked for through the whole range, a bounded number in each tick', () => {
    const network = createVirtualNetwork();
    for (let port = 10_000; port < 10_400; port += 1) network.taken.add(port);
    const pairs = pairsOn(network);
    const opened: Array<PortPair | string> = [];
    pairs.open({ min: 10_000, max: 19_999 }, '127.0.0.1', nobody, (result) => {
      opened.push(result.ok ? result.value : result.error);
    });
    assert.deepEqual([opened.length, pairs.busy], [0, true]);
    pairs.tick();
    assert.deepEqual([opened.length, pairs.busy], [0, true]);
    pairs.tick();
    const [pair] = opened;
    assert.ok(typeof pair === 'object');
    assert.deepEqual([pair.port, pairs.busy], [10_400, false]);
  });

  it('are given up when the whole range was tried', () => {
    const network = createVirtualNetwork();
    for (let port = 10_000; port < 10_300; port += 1) network.taken.add(port);
    const pairs = pairsOn(network);
    let error = '';
    pairs.open({ min: 10_000, max: 10_299 }, '127.0.0.1', nobody, (result) => {
      error = result.ok ? 'a pair' : result.error;
    });
    pairs.tick();
    assert.equal(
      error,
      'no free pair of RTP ports in 10000-10299: 150 tried, the last failed with EADDRINUSE',
    );
    assert.equal(pairs.busy, false);
  });

  it('can be had again after a failure', () => {
    const network = createVirtualNetwork();
    const pairs = pairsOn(network);
    const range = { min: 1000, max: 1001 };
    network.taken.add(1001);
    assert.equal(typeof open(pairs, range), 'string');
    network.taken.clear();
    assert.equal(openPort(pairs, range), 1000);
    assert.equal(openPort(pairs, range, '127.0.0.2'), 1000);
  });
});

const range = { min: 1000, max: 1099 };

describe('pooled port pairs', () => {
  it('stay bound after use and are used again when they have rested', () => {
    const network = createVirtualNetwork();
    const pairs = pairsOn(network, 10);
    const first = open(pairs, range);
    assert.ok(typeof first === 'object');
    first.close();
    now = PAIR_REST_MS - 1;
    assert.equal(openPort(pairs, range), 1002);
    now = PAIR_REST_MS;
    assert.equal(openPort(pairs, range), 1000);
    assert.deepEqual(boundPorts(network), [1000, 1001, 1002, 1003]);
  });

  it('drop what comes late for the last user, and close once only', () => {
    const network = createVirtualNetwork(true);
    const pairs = pairsOn(network, 10);
    const heard: string[] = [];
    const use = (name: string): PortPair => {
      let got: PortPair | undefined;
      const note = (): void => void heard.push(name);
      pairs.open(range, '127.0.0.1', { onRtp: note, onRtcp: note }, (opened) => {
        if (opened.ok) got = opened.value;
      });
      assert.ok(got !== undefined);
      return got;
    };
    const other = use('other');
    const first = use('first');
    const send = (): void => {
      other.rtp.send(new Uint8Array(12), 12, '127.0.0.1', first.port);
      other.rtcp.send(new Uint8Array(12), 12, '127.0.0.1', first.port + 1);
    };
    send();
    first.close();
    send();
    now = PAIR_REST_MS;
    const second = use('second');
    assert.equal(second.port, first.port);
    first.close();
    send();
    assert.deepEqual(heard, ['first', 'first', 'second', 'second']);
  });

  it('that have not rested are used before a call is refused', () => {
    const pairs = pairsOn(createVirtualNetwork(), 10);
    const narrow = { min: 1000, max: 1001 };
    const first = open(pairs, narrow);
    assert.ok(typeof first === 'object');
    first.close();
    assert.equal(openPort(pairs, narrow), 1000);
    assert.equal(openPort(pairs, narrow), 'all RTP ports in 1000-1001 are taken by calls');
  });

  it('are bounded in number, given back when long unused, and all given back in the end', () => {
    const network = createVirtualNetwork();
    const pairs = pairsOn(network, 2);
    const three = [open(pairs, range), open(pairs, range), open(pairs, range)];
    for (const pair of three) if (typeof pair === 'object') pair.close();
    assert.deepEqual(boundPorts(network), [1000, 1001, 1002, 1003]);
    now = PAIR_REST_MS;
    const again = open(pairs, range);
    now += PAIR_IDLE_MS;
    assert.ok(typeof again === 'object');
    again.close();
    assert.deepEqual(boundPorts(network), [1000, 1001]);
    pairs.shutDown();
    assert.deepEqual(boundPorts(network), []);
    const late = open(pairs, range);
    assert.ok(typeof late === 'object');
    late.close();
    assert.deepEqual(boundPorts(network), []);
  });

  it('are made ready one a tick, and made good for when one is taken', () => {
    const network = createVirtualNetwork();
    const pairs = pairsOn(network, 10, 2);
    pairs.prepare(range, '127.0.0.1');
    for (let tick = 0; tick < 5; tick += 1) pairs.tick();
    assert.deepEqual(boundPorts(network), [1000, 1001, 1002, 1003]);
    assert.equal(pairs.busy, false);
    assert.equal(openPort(pairs, range), 1002);
    assert.equal(pairs.busy, true);
    pairs.tick();
    assert.deepEqual([boundPorts(network).length, pairs.busy], [6, false]);
  });
});
