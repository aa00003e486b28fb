import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Call, CallStatus, HangupReason } from '@parley/contract';
import { causeOfReason, causeOfStatus, hangupBy, hangupReason, statusOfCause } from './cause.ts';

const causes = [
  0, 1, 2, 3, 16, 17, 18, 19, 20, 21, 22, 26, 27, 28, 29, 31, 34, 38, 42, 58, 66, 127, 200, 201,
];
const statuses: readonly CallStatus[] = [
  'dialing',
  'ringing',
  'progressing',
  'terminating',
  'canceling',
  'hangup',
];

/** Direction, last statuses, what each cause means there, and what any other means. */
const reasons: readonly [Call['direction'], CallStatus[], Record<number, HangupReason>, HangupReason][] = [
  ['incoming', ['dialing', 'ringing'], { 17: 'busy', 19: 'noanswer' }, 'normal'],
  ['incoming', ['progressing'], { 200: 'timeout' }, 'normal'],
  ['incoming', ['terminating', 'canceling', 'hangup'], {}, 'normal'],
  [
    'outgoing',
    ['dialing', 'ringing'],
    { 0: 'dialout', 16: 'normal', 17: 'busy', 19: 'noanswer', 21: 'noanswer', 26: 'normal' },
    'failed',
  ],
  ['outgoing', ['progressing'], { 200: 'timeout' }, 'normal'],
  ['outgoing', ['terminating'], { 201: 'amd' }, 'normal'],
  ['outgoing', ['canceling'], {}, 'cancel'],
  ['outgoing', ['hangup'], {}, 'normal'],
];

describe('who ended a call', () => {
  const local: readonly CallStatus[] = ['terminating', 'canceling'];
  for (const last of statuses) {
    const by = local.includes(last) ? 'local' : 'remote';
    it(`is ${by} when its last status was ${last}`, () => assert.equal(hangupBy(last), by));
  }
});

describe('why a call ended', () => {
  for (const [direction, lasts, byCause, otherwise] of reasons) {
    it(`follows the table for ${direction} calls that were ${lasts.join(' or ')}`, () => {
      for (const last of lasts) {
        for (const cause of causes) {
          const expected = byCause[cause] ?? otherwise;
          assert.equal(hangupReason(direction, last, cause), expected, `${last}, cause ${cause}`);
        }
      }
    });
  }

  it('has a row for each direction and status', () => {
    const rows = reasons.flatMap(([direction, lasts]) => lasts.map((last) => `${direction} ${last}`));
    assert.deepEqual(
      rows.sort(),
      ['incoming', 'outgoing'].flatMap((d) => statuses.map((s) => `${d} ${s}`)).sort(),
    );
  });
});

describe('causes and SIP', () => {
  const finalResponses: readonly [number, number, readonly number[]][] = [
    [403, 21, []],
    [404, 1, [2, 3]],
    [408, 18, []],
    [410, 22, []],
    [480, 19, [20, 31]],
    [484, 28, []],
    [486, 17, []],
    [488, 58, []],
    [500, 38, [127]],
    [501, 29, []],
    [502, 27, []],
    [503, 34, [42, 66]],
  ];
  for (const [status, cause, others] of finalResponses) {
    it(`take ${status} and ${[cause, ...others].join(', ')} for the same`, () => {
      assert.equal(causeOfStatus(status), cause);
      for (const each of [cause, ...others]) assert.equal(statusOfCause(each), status);
    });
  }

  it('read the global refusals as what they say of the person called', () => {
    assert.equal(causeOfStatus(600), 17);
    assert.equal(causeOfStatus(603), 21);
    assert.equal(causeOfStatus(487), 16);
  });

  it('have an answer for numbers that are in no table', () => {
    assert.equal(causeOfStatus(499), 38);
    for (const cause of [0, 16, 26, 99, 200, 201]) assert.equal(statusOfCause(cause), 480);
  });

  it('tell the peer the cause of the reason that a flow wants', () => {
    const wanted: readonly [HangupReason, number][] = [
      ['failed', 18],
      ['busy', 17],
      ['noanswer', 19],
      ['dialout', 19],
      ['amd', 201],
      ['normal', 16],
      ['cancel', 16],
      ['timeout', 16],
      ['', 16],
    ];
    for (const [reason, cause] of wanted) assert.equal(causeOfReason(reason), cause, reason);
  });
});
