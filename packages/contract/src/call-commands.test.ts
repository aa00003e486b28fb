import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CallCommand,
  callCommandRefusal,
  callCommands,
  callCommandTable,
  callConditions,
  type CommandedCall,
} from './call-commands.ts';
import { nilId } from './ids.ts';
import { CallStatus } from './resources/call.ts';

const id = 'e7f60d5c-4b3a-4c2d-8e1f-0a9b8c7d6e15';
const recording = 'be8f7a60-5142-4334-a516-0718293a4b28';
const call = (change: Partial<CommandedCall>): CommandedCall => ({
  id,
  status: 'progressing',
  on_hold: false,
  recording_id: nilId,
  ...change,
});
const allowed = (change: Partial<CommandedCall>, paused = false): readonly CallCommand[] =>
  callCommands.filter((command) => callCommandRefusal(command, call(change), paused) === undefined);

test('the table says for every command and every condition whether, or why not', () => {
  assert.deepEqual(Object.keys(callCommandTable), [...callCommands]);
  for (const command of callCommands) {
    assert.deepEqual(Object.keys(callCommandTable[command]).sort(), [...callConditions].sort(), command);
  }
});

test('every status of a call is a condition of the table', () => {
  const { enum: statuses } = CallStatus as unknown as { readonly enum: readonly string[] };
  for (const status of statuses)
    assert.ok(
      callConditions.some((condition) => condition === status),
      status,
    );
});

test('a call nobody has answered can be hung up and nothing else', () => {
  for (const status of ['dialing', 'ringing'] as const) assert.deepEqual(allowed({ status }), ['hangup']);
});

test('a call that is ending or over allows nothing', () => {
  for (const status of ['terminating', 'canceling', 'hangup'] as const) {
    for (const on_hold of [false, true]) assert.deepEqual(allowed({ status, on_hold }), [], status);
  }
});

test('an answered call allows everything that has something to act on', () => {
  assert.deepEqual(allowed({}), [
    'hangup',
    'hold',
    'mute',
    'unmute',
    'music_start',
    'music_stop',
    'talk',
    'play',
    'digits',
    'recording_start',
    'transfer',
    'supervise',
  ]);
});

test('a call on hold hears its music and nothing else, but can be muted, recorded and transferred', () => {
  assert.deepEqual(allowed({ on_hold: true }), [
    'hangup',
    'unhold',
    'mute',
    'unmute',
    'digits',
    'recording_start',
    'transfer',
    'supervise',
  ]);
});

test('a recording can be stopped, and paused or resumed, whichever it is not', () => {
  const ofRecording = (paused: boolean, on_hold: boolean) =>
    allowed({ recording_id: recording, on_hold }, paused).filter((command) =>
      command.startsWith('recording'),
    );
  for (const on_hold of [false, true]) {
    assert.deepEqual(ofRecording(false, on_hold), ['recording_stop', 'recording_pause']);
    assert.deepEqual(ofRecording(true, on_hold), ['recording_stop', 'recording_resume']);
  }
});

test('the refusal names the state and the reason', () => {
  assert.deepEqual(callCommandRefusal('hold', call({ status: 'ringing' })), {
    reason: 'CALL_STATE_INVALID',
    message: `The call ${id} is ringing: it has not been answered yet.`,
  });
  assert.deepEqual(callCommandRefusal('talk', call({ on_hold: true })), {
    reason: 'CALL_STATE_INVALID',
    message: `The call ${id} is progressing: it is on hold and hears nothing else; take it off hold first.`,
  });
  assert.equal(callCommandRefusal('hold', call({ status: 'hangup' }))?.reason, 'CALL_ALREADY_HANGUP');
});

test('where the recording is in the way, the refusal says so', () => {
  const recorded = call({ recording_id: recording });
  assert.deepEqual(callCommandRefusal('recording_start', recorded), {
    reason: 'RECORDING_ALREADY_ACTIVE',
    message: `The recording ${recording} is under way.`,
  });
  for (const command of ['recording_stop', 'recording_pause', 'recording_resume'] as const) {
    assert.equal(callCommandRefusal(command, call({}))?.reason, 'RECORDING_NOT_ACTIVE');
  }
  assert.match(callCommandRefusal('recording_resume', recorded)?.message ?? '', /is not paused/);
  assert.match(callCommandRefusal('recording_pause', recorded, true)?.message ?? '', /is paused already/);
});
