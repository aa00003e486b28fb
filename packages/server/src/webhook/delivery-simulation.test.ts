import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DeliveryWorld } from './testing/delivery-world.ts';

const seeds = Array.from({ length: 40 }, (_, n) => n + 1);

describe('deliveries in a world of failing receivers, a slow store and a process that dies', () => {
  it('lose nothing, keep the order of every lane but for marked gaps, and settle once', () => {
    for (const seed of seeds) {
      try {
        new DeliveryWorld(seed, 3).run(40);
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
  });

  it('are the same for the same seed', () => {
    const [a, b] = [new DeliveryWorld(7, 2), new DeliveryWorld(7, 2)];
    a.run(20);
    b.run(20);
    assert.deepEqual(a.trace, b.trace);
    assert.ok(a.trace.length > 200);
  });
});
