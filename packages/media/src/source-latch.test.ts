import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { SourceLatch, type SocketAddress } from './source-latch.ts';

const phone: SocketAddress = { address: '192.0.2.10', port: 4000 };
const behindNat: SocketAddress = { address: '192.0.2.10', port: 61_000 };
const publicSide: SocketAddress = { address: '198.51.100.7', port: 33_000 };
const attacker: SocketAddress = { address: '203.0.113.66', port: 4000 };

/** Three packets in sequence, and what became of each. */
function send(latch: SourceLatch, from: SocketAddress, now = 0, sequence = 1): string {
  return [0, 1, 2].map((n) => latch.accept(from, 7, (sequence + n) & 0xffff, now)).join(' ');
}

function negotiated(vouchedFor: string[] = []): SourceLatch {
  const latch = new SourceLatch();
  latch.negotiate(phone, vouchedFor, 0);
  return latch;
}

describe('the source latch', () => {
  it('accepts nothing before a remote is negotiated', () => {
    const latch = new SourceLatch();
    assert.equal(send(latch, phone), 'drop drop drop');
    assert.equal(latch.target, undefined);
    assert.equal(latch.acceptsControl(phone), false);
  });

  it('accepts the negotiated source at once and drops all others from then on', () => {
    const latch = negotiated([publicSide.address]);
    assert.equal(send(latch, phone), 'accept accept accept');
    assert.equal(send(latch, behindNat), 'drop drop drop');
    assert.equal(send(latch, publicSide), 'drop drop drop');
    assert.deepEqual(latch.target, phone);
  });

  it('latches on to another port of the same address after two packets in sequence, and sends there', () => {
    const latch = negotiated();
    assert.deepEqual(latch.target, phone);
    assert.equal(send(latch, behindNat, 0, 0xffff), 'learning accept accept');
    assert.deepEqual(latch.target, behindNat);
  });

  it('does not count packets out of sequence, or of another stream, towards latching', () => {
    const latch = negotiated();
    assert.equal(latch.accept(behindNat, 7, 1, 0), 'learning');
    assert.equal(latch.accept(behindNat, 7, 5, 0), 'learning');
    assert.equal(latch.accept(behindNat, 8, 6, 0), 'learning');
    assert.equal(latch.accept({ ...behindNat, port: 61_001 }, 8, 7, 0), 'learning');
    assert.deepEqual(latch.target, phone);
  });

  it('latches on to another address only when it is vouched for', () => {
    assert.equal(send(negotiated(), publicSide), 'drop drop drop');
    const latch = negotiated([publicSide.address]);
    assert.equal(send(latch, publicSide), 'learning accept accept');
    assert.deepEqual(latch.target, publicSide);
  });

  it('lets the negotiated source take over while learning, and no longer after that', () => {
    const early = negotiated();
    send(early, behindNat, 0);
    assert.equal(send(early, phone, 2999), 'accept accept accept');
    assert.equal(send(early, behindNat, 2999), 'drop drop drop');
    const late = negotiated();
    send(late, behindNat, 0);
    assert.equal(send(late, phone, 3000), 'drop drop drop');
    assert.equal(send(late, behindNat, 3000), 'accept accept accept');
  });

  it('keeps what it learnt when the same remote is negotiated again, and forgets it for another', () => {
    const latch = negotiated();
    send(latch, behindNat);
    latch.negotiate(phone, [], 5000);
    assert.deepEqual(latch.target, behindNat);
    const moved = { ...phone, port: 4002 };
    latch.negotiate(moved, [], 6000);
    assert.deepEqual(latch.target, moved);
    assert.equal(send(latch, phone, 6000), 'learning accept accept');
  });

  it('takes RTCP from the address of the peer on any port', () => {
    const latch = negotiated([publicSide.address]);
    assert.equal(latch.acceptsControl({ ...phone, port: 9 }), true);
    assert.equal(latch.acceptsControl(publicSide), true);
    assert.equal(latch.acceptsControl(attacker), false);
    send(latch, phone);
    assert.equal(latch.acceptsControl(publicSide), false);
    assert.equal(latch.acceptsControl({ ...phone, port: 9 }), true);
  });

  it('never accepts a stranger, whatever comes from whom and when', () => {
    const event = fc.record({
      from: fc.constantFrom(phone, behindNat, publicSide, attacker),
      sequence: fc.integer({ min: 0, max: 3 }),
      elapsed: fc.integer({ min: 0, max: 2000 }),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const latch = negotiated([publicSide.address]);
        let now = 0;
        for (const { from, sequence, elapsed } of events) {
          now += elapsed;
          const verdict = latch.accept(from, 7, sequence, now);
          if (from === attacker) assert.equal(verdict, 'drop');
          if (verdict === 'accept')
            assert.deepEqual(latch.target, { address: from.address, port: from.port });
        }
      }),
    );
  });
});
