import { describe, test } from 'node:test';
import { timer } from '../transaction/scenario.node.ts';
import { bye, cancel, end, hangup, outgoing } from './call-scenario.node.ts';
import type { EndCause } from './output.ts';

describe('outgoing call, nothing heard', () => {
  test('becomes ringing with any provisional response', () => {
    outgoing()
      .begins({ state: 'calling', wakeAt: 30_000 })
      .when(10, { kind: 'progress' }, { state: 'proceeding', wakeAt: 30_000 });
  });

  test('is answered', () => {
    outgoing().when(
      10,
      { kind: 'accepted' },
      { state: 'established', effects: [{ kind: 'reportAnswered' }] },
    );
  });

  test('is refused', () => {
    const busy: EndCause = { kind: 'rejected', status: 486 };
    outgoing().when(10, { kind: 'refused', cause: busy }, { state: 'ended', effects: [end('remote', busy)] });
  });

  test('gets no response at all', () => {
    const timeout: EndCause = { kind: 'timeout', status: 408 };
    outgoing().when(
      32_000,
      { kind: 'lost', cause: timeout },
      {
        state: 'ended',
        effects: [end('remote', timeout)],
      },
    );
  });

  test('at its deadline: over, and the CANCEL waits until something is heard', () => {
    outgoing()
      .when(30_000, timer, {
        state: 'withdrawn',
        effects: [end('local', { kind: 'timeout' })],
        wakeAt: 62_000,
      })
      .when(
        31_000,
        { kind: 'progress' },
        {
          state: 'withdrawn',
          effects: [{ kind: 'sendCancel' }],
          wakeAt: 63_000,
        },
      );
  });

  test('hung up: waits with the CANCEL until something is heard (section 9.1)', () => {
    outgoing()
      .when(10, hangup, {
        state: 'withdrawn',
        effects: [end('local', cancel)],
        wakeAt: 32_010,
      })
      .when(
        400,
        { kind: 'progress' },
        {
          state: 'withdrawn',
          effects: [{ kind: 'sendCancel' }],
          wakeAt: 32_400,
        },
      )
      .when(410, { kind: 'progress' }, { state: 'withdrawn', wakeAt: 32_400 })
      .when(420, { kind: 'refused', cause: { kind: 'rejected', status: 487 } }, { state: 'ended' });
  });
});

describe('outgoing call that may be silent for 4 s only', () => {
  const silent: EndCause = { kind: 'timeout', status: 408 };
  const turnedAway = () =>
    outgoing(4_000)
      .begins({ state: 'calling', wakeAt: 4_000 })
      .when(4_000, timer, {
        state: 'withdrawn',
        effects: [{ kind: 'quietInvite' }, end('local', silent)],
        wakeAt: 36_000,
      });

  test('is over without a word', () => {
    turnedAway().when(32_000, { kind: 'lost', cause: silent }, { state: 'ended' });
  });

  test('is cancelled when it is heard of after all, and hung up when it is answered', () => {
    const cancelled = [{ kind: 'sendCancel' }] as const;
    turnedAway().when(
      5_000,
      { kind: 'progress' },
      { state: 'withdrawn', effects: cancelled, wakeAt: 37_000 },
    );
    turnedAway().when(5_000, { kind: 'accepted' }, { state: 'ended', effects: [{ kind: 'sendBye' }] });
    turnedAway().when(5_000, { kind: 'refused', cause: silent }, { state: 'ended' });
  });

  test('has all its time once it has been heard of', () => {
    outgoing(4_000)
      .when(3_999, { kind: 'progress' }, { state: 'proceeding', wakeAt: 30_000 })
      .when(30_000, timer, {
        state: 'withdrawn',
        effects: [{ kind: 'sendCancel' }, end('local', { kind: 'timeout' })],
        wakeAt: 62_000,
      });
  });

  test('is waited for anew with each INVITE: after a challenge too', () => {
    outgoing(4_000)
      .when(3_000, { kind: 'challenged' }, { state: 'calling', wakeAt: 7_000 })
      .when(3_100, { kind: 'progress' }, { state: 'proceeding', wakeAt: 30_000 })
      .when(9_000, { kind: 'challenged' }, { state: 'calling', wakeAt: 13_000 });
  });

  test('is given up at its deadline, when that comes first', () => {
    outgoing(60_000).begins({ state: 'calling', wakeAt: 30_000 });
  });
});

describe('outgoing call, provisional response heard', () => {
  const proceeding = () => outgoing().when(10, { kind: 'progress' }, { state: 'proceeding', wakeAt: 30_000 });
  const withdrawn = () =>
    proceeding().when(20, hangup, {
      state: 'withdrawn',
      effects: [{ kind: 'sendCancel' }, end('local', cancel)],
      wakeAt: 32_020,
    });

  test('is cancelled at its deadline', () => {
    proceeding().when(30_000, timer, {
      state: 'withdrawn',
      effects: [{ kind: 'sendCancel' }, end('local', { kind: 'timeout' })],
      wakeAt: 62_000,
    });
  });

  test('after a challenge a new INVITE is out, and no CANCEL allowed for it yet', () => {
    proceeding()
      .when(20, { kind: 'challenged' }, { state: 'calling', wakeAt: 30_000 })
      .when(30, hangup, {
        state: 'withdrawn',
        effects: [end('local', cancel)],
        wakeAt: 32_030,
      });
  });

  test('the 200 crosses our CANCEL: BYE', () => {
    withdrawn().when(30, { kind: 'accepted' }, { state: 'ended', effects: [{ kind: 'sendBye' }] });
    withdrawn().when(30, { kind: 'unusable' }, { state: 'ended', effects: [{ kind: 'sendBye' }] });
  });

  test('no final response 64*T1 after the CANCEL: given up (section 9.1)', () => {
    withdrawn()
      .when(32_019, timer, { state: 'withdrawn', wakeAt: 32_020 })
      .when(32_020, timer, { state: 'ended', effects: [{ kind: 'abandonInvite' }] });
  });

  test('a 200 without a usable answer: BYE', () => {
    proceeding().when(
      30,
      { kind: 'unusable' },
      {
        state: 'ended',
        effects: [{ kind: 'sendBye' }, end('local', { kind: 'protocol' })],
      },
    );
  });

  test('a BYE for the early dialog withdraws the INVITE', () => {
    proceeding().when(
      30,
      { kind: 'bye', cause: bye },
      {
        state: 'withdrawn',
        effects: [{ kind: 'sendCancel' }, end('remote', bye)],
        wakeAt: 32_030,
      },
    );
  });
});
