import { describe, test } from 'node:test';
import { given, timer } from '../transaction/scenario.node.ts';
import { callMachine } from './call-machine.ts';
import type { CallEffect, CallInput } from './call-state.ts';
import { beginIncoming } from './incoming-states.ts';
import { beginOutgoing } from './outgoing-states.ts';
import type { EndCause } from './output.ts';

const bye: EndCause = { kind: 'bye', q850: 16 };
const cancel: EndCause = { kind: 'cancel' };
const transport: EndCause = { kind: 'transport' };

function end(by: 'remote' | 'local', cause: EndCause): CallEffect {
  return { kind: 'end', by, cause };
}

const incoming = () => given(callMachine, { state: beginIncoming(300_000), effects: [] });
const outgoing = () => given(callMachine, { state: beginOutgoing(30_000), effects: [] });

describe('incoming call, not answered', () => {
  test('rings, and rings again each minute so that proxies stay patient (section 13.3.1.1)', () => {
    const ringing: CallEffect = { kind: 'sendProvisional', status: 180 };
    incoming()
      .begins({ state: 'incoming', wakeAt: 300_000 })
      .when(
        10,
        { kind: 'provisional', status: 180 },
        { state: 'incoming', effects: [ringing], wakeAt: 60_010 },
      )
      .when(60_010, timer, { state: 'incoming', effects: [ringing], wakeAt: 120_010 });
  });

  test('is refused by the owner', () => {
    const refusal = { status: 404 };
    incoming().when(
      0,
      { kind: 'refuse', refusal },
      {
        state: 'ended',
        effects: [{ kind: 'sendRefusal', refusal }, end('local', { kind: 'rejected', status: 404 })],
      },
    );
  });

  test('is hung up by the owner: refused too', () => {
    const refusal = { status: 480 };
    incoming().when(
      0,
      { kind: 'hangup', refusal },
      {
        state: 'ended',
        effects: [{ kind: 'sendRefusal', refusal }, end('local', { kind: 'rejected', status: 480 })],
      },
    );
  });

  test('a CANCEL gets the INVITE a 487 (section 9.2)', () => {
    incoming().when(
      0,
      { kind: 'cancel', cause: cancel },
      {
        state: 'ended',
        effects: [{ kind: 'sendRefusal', refusal: { status: 487 } }, end('remote', cancel)],
      },
    );
  });

  test('a BYE in the early dialog gets the INVITE a 487 (section 15.1.2)', () => {
    incoming().when(
      0,
      { kind: 'bye', cause: bye },
      {
        state: 'ended',
        effects: [{ kind: 'sendRefusal', refusal: { status: 487 } }, end('remote', bye)],
      },
    );
  });

  test('a caller that cannot be reached any more ends it', () => {
    incoming().when(
      0,
      { kind: 'lost', cause: transport },
      {
        state: 'ended',
        effects: [{ kind: 'sendRefusal', refusal: { status: 500 } }, end('remote', transport)],
      },
    );
  });

  test('nobody decides: 487 at the deadline', () => {
    incoming().when(300_000, timer, {
      state: 'ended',
      effects: [
        { kind: 'sendRefusal', refusal: { status: 487 } },
        end('local', { kind: 'timeout', status: 487 }),
      ],
    });
  });
});

describe('incoming call, answered, ACK not seen (section 13.3.1.4)', () => {
  const send: CallEffect = { kind: 'send2xx' };
  const answered = () =>
    incoming().when(0, { kind: 'answer' }, { state: 'answered', effects: [send], wakeAt: 500 });

  test('repeats the 2xx from T1, doubling up to T2, over any transport', () => {
    answered()
      .when(499, timer, { state: 'answered', wakeAt: 500 })
      .when(500, timer, { state: 'answered', effects: [send], wakeAt: 1500 })
      .when(1500, timer, { state: 'answered', effects: [send], wakeAt: 3500 })
      .when(3500, timer, { state: 'answered', effects: [send], wakeAt: 7500 })
      .when(7500, timer, { state: 'answered', effects: [send], wakeAt: 11_500 });
  });

  test('is established by the ACK', () => {
    answered().when(20, { kind: 'ack' }, { state: 'established', effects: [{ kind: 'reportAcknowledged' }] });
  });

  test('without ACK after 64*T1: BYE', () => {
    answered().when(32_000, timer, {
      state: 'ended',
      effects: [{ kind: 'sendBye' }, end('local', { kind: 'ackTimeout' })],
    });
  });

  test('an ACK without the answer we wait for: BYE', () => {
    answered().when(
      20,
      { kind: 'unusable' },
      {
        state: 'ended',
        effects: [{ kind: 'sendBye' }, end('local', { kind: 'protocol' })],
      },
    );
  });

  test('the caller hangs up before we see its ACK', () => {
    answered().when(20, { kind: 'bye', cause: bye }, { state: 'ended', effects: [end('remote', bye)] });
  });

  test('the caller cannot be reached any more', () => {
    answered().when(
      20,
      { kind: 'lost', cause: transport },
      {
        state: 'ended',
        effects: [{ kind: 'sendBye' }, end('remote', transport)],
      },
    );
  });

  test('a CANCEL comes too late to matter (section 9.2)', () => {
    answered().when(20, { kind: 'cancel', cause: cancel }, { state: 'answered', wakeAt: 500 });
  });

  describe('hung up by us', () => {
    const leaving = () =>
      answered().when(
        20,
        { kind: 'hangup', refusal: { status: 480 } },
        {
          state: 'leaving',
          effects: [end('local', { kind: 'bye' })],
          wakeAt: 500,
        },
      );

    test('reports the end at once and sends the BYE when the ACK comes (section 15)', () => {
      leaving()
        .when(500, timer, { state: 'leaving', effects: [send], wakeAt: 1500 })
        .when(600, { kind: 'ack' }, { state: 'ended', effects: [{ kind: 'sendBye' }] });
    });

    test('sends the BYE when the ACK never comes', () => {
      leaving().when(32_000, timer, { state: 'ended', effects: [{ kind: 'sendBye' }] });
    });

    test('needs no BYE when the caller sends one', () => {
      leaving().when(30, { kind: 'bye', cause: bye }, { state: 'ended' });
    });
  });
});

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
      .when(
        10,
        { kind: 'hangup', refusal: { status: 480 } },
        {
          state: 'withdrawn',
          effects: [end('local', cancel)],
          wakeAt: 32_010,
        },
      )
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

describe('outgoing call, provisional response heard', () => {
  const proceeding = () => outgoing().when(10, { kind: 'progress' }, { state: 'proceeding', wakeAt: 30_000 });
  const withdrawn = () =>
    proceeding().when(
      20,
      { kind: 'hangup', refusal: { status: 480 } },
      {
        state: 'withdrawn',
        effects: [{ kind: 'sendCancel' }, end('local', cancel)],
        wakeAt: 32_020,
      },
    );

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
      .when(
        30,
        { kind: 'hangup', refusal: { status: 480 } },
        {
          state: 'withdrawn',
          effects: [end('local', cancel)],
          wakeAt: 32_030,
        },
      );
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

describe('established call', () => {
  const established = () =>
    outgoing().when(
      10,
      { kind: 'accepted' },
      { state: 'established', effects: [{ kind: 'reportAnswered' }] },
    );

  test('ends with a BYE of either side', () => {
    established().when(20, { kind: 'bye', cause: bye }, { state: 'ended', effects: [end('remote', bye)] });
    established().when(
      20,
      { kind: 'hangup', refusal: { status: 480 } },
      {
        state: 'ended',
        effects: [{ kind: 'sendBye' }, end('local', { kind: 'bye' })],
      },
    );
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
    { kind: 'hangup', refusal: { status: 480 } },
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
