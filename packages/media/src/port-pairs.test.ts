import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PortPairs, type PortPair } from './port-pairs.ts';
import type { PortRange } from './protocol.ts';
import { createVirtualNetwork, type VirtualNetwork } from './testing/virtual-network.ts';

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
    const pairs = new PortPairs(network);
    assert.equal(openPort(pairs, { min: 1001, max: 1010 }), 1002);
    assert.deepEqual(boundPorts(network), [1002, 1003]);
  });

  it('go round the range, so that a closed port rests as long as possible', () => {
    const network = createVirtualNetwork();
    const pairs = new PortPairs(network);
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
    const pairs = new PortPairs(network);
    assert.equal(openPort(pairs, { min: 1000, max: 1007 }), 1004);
    assert.deepEqual(boundPorts(network), [1004, 1005]);
  });

  it('run out with a reason: all are ours, or what the system said', () => {
    const network = createVirtualNetwork();
    const pairs = new PortPairs(network);
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

  it('are not looked for without end', () => {
    const network = createVirtualNetwork();
    for (let port = 10_000; port < 20_000; port += 1) network.taken.add(port);
    assert.equal(
      openPort(new PortPairs(network), { min: 10_000, max: 19_999 }),
      'no free pair of RTP ports in 10000-19999: 100 tried, the last failed with EADDRINUSE',
    );
  });

  it('can be had again after a failure', () => {
    const network = createVirtualNetwork();
    const pairs = new PortPairs(network);
    const range = { min: 1000, max: 1001 };
    network.taken.add(1001);
    assert.equal(typeof open(pairs, range), 'string');
    network.taken.clear();
    assert.equal(openPort(pairs, range), 1000);
    assert.equal(openPort(pairs, range, '127.0.0.2'), 1000);
  });
});
