import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Put } from '@parley/core';
import { encodeG711, printRtp } from '@parley/media';
import { HearingChecker } from './hearing-checker.ts';
import { createVoiceFinder, mostVoices, voiceOf } from './sim-voice.ts';
import { Violations } from './violations.ts';

function packet(voice: number, codec: 'PCMU' | 'PCMA' = 'PCMU'): Uint8Array {
  const payload = encodeG711(codec, voiceOf(voice).samples.subarray(0, 160));
  const header = { marker: false, sequence: 1, timestamp: 1, ssrc: 1, csrcs: [], paddingBytes: 0 };
  return printRtp({ ...header, payloadType: codec === 'PCMU' ? 0 : 8, payload });
}

/** Alice and Bob, with voices 0 and 1, in a room if nothing else is said. */
class Table {
  readonly violations = new Violations();
  readonly #due: { readonly at: number; readonly act: () => void }[] = [];
  now = 0;
  isWriting = false;
  spokenTo = '';
  spokenUntil = Number.POSITIVE_INFINITY;
  deaf = '';
  readonly checker = new HearingChecker(
    this.violations,
    { withinMs: 200, afterwardsMs: 300 },
    {
      now: () => this.now,
      later: (ms, act) => void this.#due.push({ at: this.now + ms, act }),
      isSpokenTo: (callId, since) => callId === this.spokenTo && this.spokenUntil >= since,
      isWriting: () => this.isWriting,
      isDeaf: ({ address }) => address === this.deaf,
    },
  );

  constructor(bob: object = {}) {
    for (const [voice, name] of ['alice', 'bob'].entries()) {
      this.checker.know(name, voice);
      this.connect(name);
    }
    this.write(callPut('alice', {}), callPut('bob', bob), roomPut(['alice', 'bob']));
  }

  connect(name: string, direction: 'sendrecv' | 'recvonly' = 'sendrecv'): void {
    const remote = { address: name, port: 20_000, rtcpPort: undefined };
    this.checker.connected(name, { remote, codec: 'PCMU', payloadType: 0, direction, ptimeMs: 20 });
  }

  write(...puts: readonly Put[]): void {
    this.checker.written(puts);
  }

  pass(ms: number): void {
    this.now += ms;
    for (const { at, act } of this.#due.splice(0)) {
      if (at <= this.now) act();
      else this.#due.push({ at, act });
    }
  }

  /** Alice speaks; Bob hears it or not. */
  speaks(isHeard: boolean, packets = 8): void {
    for (let said = 0; said < packets; said += 1) {
      this.checker.said('alice', 20_000, packet(0));
      this.pass(20);
    }
    if (isHeard) this.checker.hears('bob', 20_000, packet(0));
    this.pass(500);
  }

  get found(): string {
    return this.violations.list.join();
  }
}

function callPut(id: string, changes: object): Put {
  const call = { id, status: 'progressing', on_hold: false, mute_direction: '', ...changes };
  return { kind: 'call', row: call } as Put;
}

function roomPut(callIds: readonly string[]): Put {
  return {
    kind: 'confbridge',
    row: { id: 'room', status: 'progressing', call_ids: callIds },
  } as unknown as Put;
}

describe('voices', () => {
  it('are told apart in either codec, and from what only begins like one', () => {
    const find = createVoiceFinder();
    for (let voice = 0; voice < mostVoices; voice += 1)
      for (const codec of ['PCMU', 'PCMA'] as const) assert.equal(find(packet(voice, codec)), voice);
    const cut = packet(3);
    cut[100] = 0xff;
    assert.equal(find(cut), undefined);
    assert.equal(find(new Uint8Array(172)), undefined);
  });
});

describe('the checker of hearing', () => {
  it('is content when what is said in a room is heard there in time', () => {
    const table = new Table();
    table.speaks(true);
    table.speaks(true);
    assert.equal(table.found, '');
    assert.equal(table.checker.heard, 2);
  });

  it('sees what is not heard', () => {
    const table = new Table();
    table.speaks(false);
    assert.match(table.found, /nobody hears at bob:20000 what voice 0 has said/);
  });

  it('does not ask that it is heard by whoever is held, muted, not answered, spoken to or deaf', () => {
    for (const bob of [{ on_hold: true }, { mute_direction: 'out' }, { status: 'ringing' }]) {
      const table = new Table(bob);
      table.speaks(false);
      assert.equal(table.found, '');
    }
    for (const excuse of ['spokenTo', 'deaf'] as const) {
      const table = new Table();
      table[excuse] = 'bob';
      table.speaks(false);
      assert.equal(table.found, '');
    }
  });

  it('does not ask for what was said while something else was heard, but for what was said afterwards', () => {
    const table = new Table();
    table.spokenTo = 'bob';
    table.spokenUntil = table.now + 100;
    table.speaks(false);
    assert.equal(table.found, '');
    table.pass(200);
    table.speaks(false);
    assert.match(table.found, /nobody hears at bob/);
  });

  it('does not ask it of a burst that is broken off', () => {
    const table = new Table();
    table.speaks(false, 7);
    assert.equal(table.found, '');
  });

  it('does not ask it while what was decided is not done yet', () => {
    const table = new Table();
    table.isWriting = true;
    table.speaks(false);
    assert.equal(table.found, '');
  });

  it('does not ask it of a phone that holds, of a leg that is gone, nor of a process that died', () => {
    for (const happen of [
      (table: Table) => table.connect('bob', 'recvonly'),
      (table: Table) => table.checker.disconnected('bob'),
      (table: Table) => table.checker.died(),
    ]) {
      const table = new Table();
      for (let said = 0; said < 8; said += 1) table.checker.said('alice', 20_000, packet(0));
      happen(table);
      table.pass(500);
      assert.equal(table.found, '');
    }
  });

  it('sees somebody heard by who is not in the room, muted out or held, once what was under way has come', () => {
    for (const change of [
      roomPut(['alice']),
      callPut('bob', { mute_direction: 'out' }),
      callPut('alice', { on_hold: true }),
    ]) {
      const table = new Table();
      table.speaks(true);
      table.write(change);
      table.pass(250);
      table.checker.hears('bob', 20_000, packet(0));
      assert.equal(table.found, '');
      table.pass(100);
      table.checker.hears('bob', 20_000, packet(0));
      assert.match(table.found, /phone bob:20000 hears voice 0/);
    }
  });

  it('lets a supervisor be heard while the end of whom it supervises is not written down yet', () => {
    const table = new Table();
    const supervision = { call_id: 'carol', mode: 'barge', status: 'progressing' };
    table.connect('carol');
    table.write(callPut('carol', {}), callPut('alice', { supervision }), roomPut(['bob', 'carol']));
    table.checker.disconnected('carol');
    table.pass(500);
    table.checker.hears('bob', 20_000, packet(0));
    assert.equal(table.found, '');
    table.write(callPut('carol', { status: 'hangup' }), roomPut(['bob']));
    table.pass(500);
    table.checker.hears('bob', 20_000, packet(0));
    assert.match(table.found, /phone bob:20000 hears voice 0/);
  });
});
