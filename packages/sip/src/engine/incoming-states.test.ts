import { describe, test } from 'node:test';
import { timer } from '../transaction/scenario.node.ts';
import { bye, cancel, end, hangup, incoming, transport } from './call-scenario.node.ts';
import type { CallEffect } from './call-state.ts';

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
      answered().when(20, hangup, {
        state: 'leaving',
        effects: [end('local', { kind: 'bye' })],
        wakeAt: 500,
      });

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
