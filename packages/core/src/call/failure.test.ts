import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { address, plan, Switchroom } from '../switchroom.node.ts';
import { cause } from './cause.ts';
import { statusToTell } from './failure.ts';

/** What a phone is told that asked for a transfer to these by REFER, when it goes as `then` has it. */
function told(targets: readonly string[], then: (room: Switchroom) => void): number[] {
  const room = Switchroom.withCaller([
    { type: 'connect', option: { destinations: [address('+4930')] } },
    { type: 'block' },
  ]);
  room.answers(0);
  const addresses = targets.map(address);
  const wanted = { type: 'blind', addresses, destinations: addresses.map(plan), byRefer: true } as const;
  room.take(({ centre, at }) => centre.transfer(room.outgoing(0).id, wanted, at));
  room.settle();
  then(room);
  return room.effects.flatMap((effect) => (effect.kind === 'transferProgress' ? [effect.status] : []));
}

describe('a transfer by REFER that has failed', () => {
  it('is told with the status of the far end, whatever its cause', () => {
    const refusals = [
      [486, cause.userBusy],
      [603, cause.rejected],
      [404, cause.unallocatedNumber],
      [488, cause.rejected],
      [600, cause.userBusy],
    ] as const;
    for (const [status, q850] of refusals)
      assert.deepEqual(
        told(['+4931'], (room) => room.refuses(1, q850, status)),
        [status],
      );
  });

  it('is told with what comes closest when the far end said nothing', () => {
    assert.deepEqual(
      told(['+4931'], (room) => room.refuses(1, cause.noUserResponding)),
      [408],
    );
    assert.deepEqual(
      told(['+4931'], (room) => {
        room.pass(61_000);
        room.settle();
      }),
      [408],
      'it rang for too long',
    );
    assert.deepEqual(
      told(['none'], () => undefined),
      [404],
    );
    assert.deepEqual(
      told([], () => undefined),
      [500],
      'nobody knows where to go',
    );
  });

  it('to several is told with the answer that says most', () => {
    assert.deepEqual(
      told(['+4931', '+4932'], (room) => {
        room.refuses(1, cause.userBusy, 486);
        room.refuses(2, cause.networkOutOfOrder, 503);
      }),
      [486],
    );
  });
});

describe('of two final responses', () => {
  it('a 6xx is told, or else one of the lower class, or else the later', () => {
    assert.equal(statusToTell(undefined, 503), 503);
    assert.equal(statusToTell(503, 486), 486);
    assert.equal(statusToTell(486, 503), 486);
    assert.equal(statusToTell(404, 486), 486);
    assert.equal(statusToTell(603, 404), 603);
    assert.equal(statusToTell(404, 603), 603);
    assert.equal(statusToTell(600, 603), 603);
  });
});
