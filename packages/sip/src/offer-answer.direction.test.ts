import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answer, audio, event, offered, sdp, valueOf, versionOf } from './offer-answer.node.ts';
import type { Direction } from './sdp.ts';

describe('direction', () => {
  const ours: readonly (readonly [offer: string, willing: Direction, expected: Direction])[] = [
    ['sendrecv', 'sendrecv', 'sendrecv'],
    ['sendonly', 'sendrecv', 'recvonly'],
    ['recvonly', 'sendrecv', 'sendonly'],
    ['inactive', 'sendrecv', 'inactive'],
    ['sendrecv', 'sendonly', 'sendonly'],
    ['sendonly', 'sendonly', 'inactive'],
    ['recvonly', 'recvonly', 'inactive'],
    ['recvonly', 'sendonly', 'sendonly'],
    ['sendrecv', 'inactive', 'inactive'],
  ];

  for (const [theirs, willing, expected] of ours) {
    test(`an offer of ${theirs} to one willing to ${willing} becomes ${expected}`, () => {
      const { negotiated, sdp: text } = answer(sdp(audio, `a=${theirs}`), { direction: willing });
      assert.equal(negotiated.direction, expected);
      assert.ok(text.endsWith(`a=${expected}\r\n`));
    });

    test(`an answer of ${theirs} to our offer of ${willing} becomes ${expected}`, () => {
      const { negotiated } = valueOf(offered(sdp(audio, `a=${theirs}`), { direction: willing }));
      assert.equal(negotiated.direction, expected);
    });
  }

  test('a direction of the session holds for its streams', () => {
    assert.equal(answer(sdp('a=inactive', audio)).negotiated.direction, 'inactive');
  });

  for (const [address, family] of [
    ['0.0.0.0', 'IP4'],
    ['::', 'IP6'],
  ] as const) {
    test(`the old hold by ${address} lets us receive but not send`, () => {
      const hold = sdp(audio, `c=IN ${family} ${address}`);
      assert.equal(answer(hold).negotiated.direction, 'recvonly');
      assert.equal(valueOf(offered(hold)).negotiated.direction, 'recvonly');
      assert.equal(
        answer(sdp(audio, `c=IN ${family} ${address}`, 'a=inactive')).negotiated.direction,
        'inactive',
      );
    });
  }

  test('hold and resume go through the same session', () => {
    const first = answer(sdp(audio, event));
    const held = answer(sdp(audio, event, 'a=sendonly'), {}, first.state);
    const resumed = answer(sdp(audio, event, 'a=sendrecv'), {}, held.state);
    assert.deepEqual(
      [first, held, resumed].map((one) => one.negotiated.direction),
      ['sendrecv', 'recvonly', 'sendrecv'],
    );
    assert.deepEqual(
      [first, held, resumed].map((one) => versionOf(one.sdp)),
      [1, 2, 3],
    );
  });
});
