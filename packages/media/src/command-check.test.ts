import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { problemOf } from './command-check.ts';
import type { Connection, RecordingPlan } from './protocol.ts';
import { connectionTo } from './testing/engine-rig.ts';

const local = '192.0.2.1';
const phone = { address: '192.0.2.10', port: 4000 };

function connectProblem(changes: Partial<Connection>, localAddress = local): string | undefined {
  return problemOf({ type: 'connect', leg: 'a', ...connectionTo(phone, changes) }, localAddress);
}

function digitsProblem(digits: string, durationMs = 100, gapMs = 50): string | undefined {
  return problemOf({ type: 'digits', leg: 'a', play: 'p', digits, durationMs, gapMs }, local);
}

describe('checking commands', () => {
  it('passes what can be followed', () => {
    const clips = [{ samples: new Int16Array(10) }];
    assert.equal(
      problemOf({ type: 'open', leg: 'a', address: local, ports: { min: 10_000, max: 19_999 } }, local),
      undefined,
    );
    assert.equal(problemOf({ type: 'play', leg: 'a', play: 'p', clips }, local), undefined);
    assert.equal(problemOf({ type: 'echo', leg: 'a', play: 'p', durationMs: 180_000 }, local), undefined);
    assert.equal(problemOf({ type: 'record', leg: 'a', maxMs: 60_000 }, local), undefined);
    assert.equal(problemOf({ type: 'close', leg: 'a' }, local), undefined);
    assert.equal(problemOf({ type: 'shutdown' }, local), undefined);
    assert.equal(digitsProblem('0123456789*#ABCDabcd'), undefined);
    assert.equal(connectProblem({}), undefined);
    assert.equal(connectProblem({ remote: { address: '2001:db8::1', port: 4000 } }, '::1'), undefined);
    assert.equal(connectProblem({ remote: { address: 'fe80::1%eth0', port: 4000 } }, '::1'), undefined);
    assert.equal(connectProblem({ remote: { ...phone, port: 0 } }), undefined);
  });

  it('says what is wrong with a connection', () => {
    assert.equal(
      connectProblem({ remote: { address: 'pbx.example.com', port: 1 } }),
      '"pbx.example.com" is no IP address',
    );
    assert.equal(
      connectProblem({ remote: { address: '192.0.2.256', port: 1 } }),
      '"192.0.2.256" is no IP address',
    );
    assert.equal(
      connectProblem({ remote: { address: '2001:db8::1', port: 1 } }),
      '2001:db8::1 cannot be reached from 192.0.2.1',
    );
    assert.equal(connectProblem({ remote: { ...phone, port: 70_000 } }), '70000 is no port');
    assert.equal(connectProblem({ payloadType: 128 }), '128 is no payload type');
    assert.equal(
      connectProblem({ telephoneEventPayloadType: 0 }),
      '0 is no payload type for telephone-events',
    );
    assert.equal(connectProblem({ ptimeMs: Number.NaN }), 'NaN ms is no packet time');
  });

  it('holds commands to their limits', () => {
    const clip = { samples: new Int16Array(1) };
    const many = Array.from({ length: 101 }, () => clip);
    assert.equal(
      problemOf({ type: 'play', leg: 'a', play: 'p', clips: many }, local),
      '101 clips: at most 100 at once',
    );
    const long = { samples: new Int16Array(30 * 60 * 8000 + 1) };
    assert.equal(
      problemOf({ type: 'play', leg: 'a', play: 'p', clips: [long] }, local),
      'a clip has more than 14400000 samples',
    );
    assert.equal(
      problemOf({ type: 'echo', leg: 'a', play: 'p', durationMs: 0 }, local),
      'an echo of 0 ms: 1 to 3600000 are allowed',
    );
    assert.equal(
      problemOf({ type: 'record', leg: 'a', maxMs: Infinity }, local),
      'a recording of Infinity ms: 1 to 14400000 are allowed',
    );
    assert.equal(digitsProblem('1'.repeat(101)), '101 digits: at most 100 at once');
    assert.equal(digitsProblem('12x'), '"12x" are no digits');
    assert.equal(digitsProblem(''), '"" are no digits');
    assert.equal(digitsProblem('1', 10), 'a digit of 10 ms: 40 to 10000 are allowed');
    assert.equal(digitsProblem('1', 100, -1), 'a pause between digits of -1 ms: 0 to 5000 are allowed');
  });

  it('wants names and ports it can use', () => {
    assert.equal(problemOf({ type: 'stop', leg: '' }, local), 'the leg has no usable name');
    assert.equal(problemOf({ type: 'stop', leg: 'x'.repeat(257) }, local), 'the leg has no usable name');
    const play = 'x'.repeat(257);
    assert.equal(
      problemOf({ type: 'play', leg: 'a', play, clips: [] }, local),
      'the play has no usable name',
    );
    const ports = { min: 2000, max: 2000 };
    assert.equal(
      problemOf({ type: 'open', leg: 'a', address: local, ports }, local),
      '2000-2000 is no range of ports',
    );
    const range = { min: 2000, max: 2001 };
    assert.equal(
      problemOf({ type: 'open', leg: 'a', address: 'here', ports: range }, local),
      '"here" is no IP address',
    );
  });

  it('holds rooms and recordings to their limits', () => {
    const seat = { type: 'join', leg: 'a', room: 'r', hears: true, heardBy: ['b'] } as const;
    assert.equal(problemOf(seat, local), undefined);
    assert.equal(problemOf({ ...seat, room: '' }, local), 'the room has no usable name');
    const many = Array.from({ length: 51 }, String);
    assert.equal(problemOf({ ...seat, hears: many }, local), 'more than 50 legs are named');
    const plan = { target: { leg: 'a' }, path: '/r.wav', maxMs: 1000 };
    const recordingProblem = (changes: Partial<RecordingPlan>, recording = 'r'): string | undefined =>
      problemOf({ type: 'startRecording', recording, ...plan, ...changes }, '');
    assert.equal(recordingProblem({ endOfSilenceMs: 500, layout: 'mono' }), undefined);
    assert.equal(recordingProblem({}, ''), 'the recording has no usable name');
    assert.equal(recordingProblem({ path: 'a\0b' }), 'the recording has no usable path');
    assert.equal(recordingProblem({ target: { room: '' } }), 'what to record has no usable name');
    const stereo = recordingProblem({ target: { room: 'r' }, layout: 'stereo' });
    assert.equal(stereo, 'a room has one side only: it is recorded in mono');
    const breath = recordingProblem({ endOfSilenceMs: 100 });
    assert.equal(breath, 'an end of silence of 100 ms: 500 to 86400000 are allowed');
  });
});
