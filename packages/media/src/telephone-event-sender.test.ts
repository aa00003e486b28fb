import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TelephoneEventReceiver } from './telephone-event-receiver.ts';
import { TelephoneEventSender } from './telephone-event-sender.ts';
import { writeTelephoneEvent } from './telephone-event.ts';

interface Sent {
  readonly tick: number;
  readonly code: number;
  readonly end: boolean;
  readonly duration: number;
  readonly timestamp: number;
  readonly marker: boolean;
}

/** Runs the sender until it is idle (and at least `ticks` long); the clock begins at 1000. */
function run(sender: TelephoneEventSender, ticks = 0): { sent: Sent[]; audioTicks: number[] } {
  const sent: Sent[] = [];
  const audioTicks: number[] = [];
  for (let tick = 0; tick < 5000 && (tick < ticks || !sender.idle); tick += 1) {
    const busy = sender.tick({
      clock: 1000 + tick * 160,
      sendEvent: (code, end, duration, timestamp, marker) => {
        sent.push({ tick, code, end, duration, timestamp, marker });
      },
    });
    if (!busy) audioTicks.push(tick);
  }
  return { sent, audioTicks };
}

describe('the telephone-event sender', () => {
  it('sends an update each tick with the beginning as timestamp, and the end three times', () => {
    const sender = new TelephoneEventSender(100);
    sender.queue('5', 60);
    const { sent } = run(sender);
    assert.deepEqual(
      sent.map(({ end, duration, marker }) => [duration, end, marker]),
      [
        [160, false, true],
        [320, false, false],
        [480, true, false],
        [480, true, false],
        [480, true, false],
      ],
    );
    assert.ok(sent.every(({ code, timestamp }) => code === 5 && timestamp === 1000));
  });

  it('keeps duration and pause, and spreads the end packets over the pause', () => {
    const sender = new TelephoneEventSender(60);
    sender.queue('1', 40);
    sender.queue('2', 40);
    const { sent, audioTicks } = run(sender);
    assert.deepEqual(
      sent.map(({ tick, code }) => `${tick}:${code}`),
      ['0:1', '1:1', '2:1', '3:1', '5:2', '6:2', '6:2', '6:2'],
    );
    assert.deepEqual(audioTicks, [4]);
    assert.equal(sent[4]?.timestamp, 1000 + 5 * 160);
    assert.equal(sent[4]?.marker, true);
  });

  it('sends all end packets at once when there is no pause to send them in', () => {
    const sender = new TelephoneEventSender(0);
    sender.queue('1', 40);
    sender.queue('1', 40);
    const { sent } = run(sender);
    assert.deepEqual(
      sent.map(({ tick, end }) => `${tick}${end ? 'E' : ''}`),
      ['0', '1E', '1E', '1E', '2', '3E', '3E', '3E'],
    );
  });

  it('ends a digit within a tick when its length is no whole number of ticks', () => {
    const sender = new TelephoneEventSender(0);
    sender.queue('A', 50);
    assert.deepEqual(
      run(sender).sent.map(({ duration }) => duration),
      [160, 320, 400, 400, 400],
    );
  });

  it('divides a digit of 10 seconds into segments that a receiver puts together again', () => {
    const sender = new TelephoneEventSender(0);
    sender.queue('D', 10_000);
    const { sent } = run(sender);
    assert.ok(sent.every(({ duration }) => duration <= 0xffff));
    assert.deepEqual([...new Set(sent.map(({ timestamp }) => timestamp))], [1000, 1000 + 0xffff]);
    assert.equal(sent.filter(({ marker }) => marker).length, 1);
    const heard: Array<[string, number]> = [];
    const receiver = new TelephoneEventReceiver((digit, durationMs) => heard.push([digit, durationMs]));
    const payload = new Uint8Array(4);
    for (const { tick, code, end, duration, timestamp, marker } of sent) {
      writeTelephoneEvent(payload, 0, code, end, duration);
      receiver.receive(payload, 0, 4, timestamp, marker, tick * 20);
    }
    assert.deepEqual(heard, [['D', 10_000]]);
  });

  it('ends the digit under way when stopped, and forgets the others', () => {
    const sender = new TelephoneEventSender(100);
    sender.queue('1', 200);
    sender.queue('2', 200);
    const sent: Array<[number, boolean]> = [];
    const output = {
      clock: 7,
      sendEvent: (_: number, end: boolean, duration: number) => sent.push([duration, end]),
    };
    sender.tick(output);
    sender.tick(output);
    sender.stop(output);
    assert.deepEqual(sent, [
      [160, false],
      [320, false],
      [320, true],
      [320, true],
      [320, true],
    ]);
    assert.equal(sender.idle, true);
    assert.equal(sender.tick(output), false);
  });

  it('takes only digits', () => {
    const sender = new TelephoneEventSender(100);
    assert.equal(sender.queue('x', 100), false);
    assert.equal(sender.idle, true);
    assert.equal(sender.queue('d', 100), true);
    assert.equal(sender.waiting, 1);
  });
});
