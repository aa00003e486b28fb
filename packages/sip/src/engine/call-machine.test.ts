import { describe, test } from 'node:test';
import { timer } from '../transaction/scenario.node.ts';
import { bye, cancel, end, hangup, outgoing } from './call-scenario.node.ts';
import type { CallEffect, CallInput } from './call-state.ts';
import type { EndCause } from './output.ts';

describe('established call', () => {
  const established = () =>
    outgoing().when(
      10,
      { kind: 'accepted' },
      { state: 'established', effects: [{ kind: 'reportAnswered' }] },
    );

  test('ends with a BYE of either side', () => {
    established().when(20, { kind: 'bye', cause: bye }, { state: 'ended', effects: [end('remote', bye)] });
    established().when(20, hangup, {
      state: 'ended',
      effects: [{ kind: 'sendBye' }, end('local', { kind: 'bye' })],
    });
  });

  test('ends when the peer knows nothing of it', () => {
    const gone: EndCause = { kind: 'protocol', status: 481 };
    established().when(
      20,
      { kind: 'lost', cause: gone },
      {
        state: 'ended',
        effects: [{ kind: 'sendBye' }, end('remote', gone)],
      },
    );
  });

  test('repeats the 2xx to a re-INVITE until its ACK, or hangs up (section 14.2)', () => {
    const send: CallEffect = { kind: 'send2xx' };
    const renewed = () =>
      established().when(
        100,
        { kind: 'reanswered' },
        {
          state: 'established',
          effects: [send],
          wakeAt: 600,
        },
      );
    renewed()
      .when(599, timer, { state: 'established', wakeAt: 600 })
      .when(600, timer, { state: 'established', effects: [send], wakeAt: 1600 })
      .when(700, { kind: 'ack' }, { state: 'established' });
    renewed().when(32_100, timer, {
      state: 'ended',
      effects: [{ kind: 'sendBye' }, end('local', { kind: 'ackTimeout' })],
    });
  });
});

test('what is over stays over', () => {
  const inputs: CallInput[] = [
    { kind: 'ack' },
    { kind: 'bye', cause: bye },
    hangup,
    { kind: 'accepted' },
    timer,
  ];
  const over = outgoing().when(
    10,
    { kind: 'refused', cause: cancel },
    {
      state: 'ended',
      effects: [end('remote', cancel)],
    },
  );
  for (const input of inputs) over.when(20, input, { state: 'ended' });
});
