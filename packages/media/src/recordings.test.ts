import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClip } from './clip.ts';
import { createInlineMedia, type InlineMedia, type InlineMediaOptions } from './inline-media.ts';
import type { MediaEvent, RecordingEvent, RecordingPlan } from './protocol.ts';
import { createMemoryRecordings, type MemoryRecordings } from './recording-file.ts';
import { amplitudeAt } from './testing/hearing.ts';
import { seededRandom } from './testing/seeded-random.ts';
import { createVirtualNetwork } from './testing/virtual-network.ts';
import { tone } from './tone.ts';

/** A call centre with two legs in a room, and two phones that talk to it: all on one network. */
interface Stage {
  readonly office: InlineMedia;
  readonly phones: InlineMedia;
  readonly files: MemoryRecordings;
  readonly events: MediaEvent[];
  pass(ms: number): void;
}

function createStage(options: Partial<InlineMediaOptions> = {}): Stage {
  const network = createVirtualNetwork();
  const files = createMemoryRecordings();
  const events: MediaEvent[] = [];
  let now = 1000;
  const create = (min: number, onEvent: (event: MediaEvent) => void): InlineMedia =>
    createInlineMedia({
      ports: { min, max: min + 99 },
      address: '127.0.0.1',
      network,
      clock: () => now,
      random: seededRandom(min),
      onEvent,
      onError: (error) => assert.fail(error),
      rtpTimeoutMs: 0,
      files,
      ...options,
    });
  const office = create(10_000, (event) => events.push(event));
  const phones = create(20_000, () => undefined);
  for (const [n, leg] of ['caller', 'agent'].entries()) {
    connect(office, leg, 20_000 + 2 * n);
    connect(phones, leg, 10_000 + 2 * n);
    office.join(leg, 'room');
  }
  const pass = (ms: number): void => {
    for (const until = now + ms; now < until; ) {
      now += 10;
      office.tick();
      network.deliver();
      phones.tick();
      network.deliver();
    }
  };
  return { office, phones, files, events, pass };
}

function connect(media: InlineMedia, leg: string, port: number): void {
  media.open(leg);
  media.connect(leg, {
    remote: { address: '127.0.0.1', port },
    codec: 'PCMU',
    payloadType: 0,
    telephoneEventPayloadType: 101,
    direction: 'sendrecv',
    ptimeMs: 20,
  });
}

const forever = 3_600_000;

function start(stage: Stage, changes: Partial<RecordingPlan> = {}): void {
  stage.office.startRecording('r', { target: { leg: 'caller' }, path: '/r.wav', maxMs: forever, ...changes });
}

function recordingEvents(stage: Stage): RecordingEvent[] {
  return stage.events.filter(
    (event): event is RecordingEvent => event.type === 'recordingStarted' || event.type === 'recordingEnded',
  );
}

/** The samples of each channel of the file. */
function channelsOf(stage: Stage, path = '/r.wav'): number[][] {
  const bytes = stage.files.read(path) ?? assert.fail(`there is no ${path}`);
  const view = new DataView(bytes.buffer);
  const count = view.getUint16(22, true);
  const samples = Array.from({ length: (bytes.length - 44) / 2 }, (_, n) => view.getInt16(44 + 2 * n, true));
  return Array.from({ length: count }, (_, channel) => samples.filter((_sample, n) => n % count === channel));
}

const firstLoud = (samples: readonly number[]): number =>
  samples.findIndex((sample) => Math.abs(sample) > 1000);

describe('the recording of a call', () => {
  it('has on the left what the leg says and on the right what it hears, 60 dB apart and in time', () => {
    const stage = createStage();
    stage.pass(300);
    start(stage);
    stage.pass(200);
    stage.phones.play('caller', 'a', [createClip(tone([500], 1000))]);
    stage.phones.play('agent', 'b', [createClip(tone([1300], 1000))]);
    stage.pass(1400);
    stage.office.stopRecording('r');
    const [left = [], right = []] = channelsOf(stage);
    assert.ok(Math.abs(firstLoud(left) - firstLoud(right)) <= 40 * 8);
    const [mine, theirs] = [left, right].map((side) =>
      side.slice(firstLoud(side) + 400, firstLoud(side) + 6800),
    );
    assert.ok(mine !== undefined && theirs !== undefined);
    assert.ok(amplitudeAt(mine, 500) > 7000 && amplitudeAt(theirs, 1300) > 7000);
    assert.ok(amplitudeAt(mine, 1300) < 7, `${amplitudeAt(mine, 1300)} of the other side`);
    assert.ok(amplitudeAt(theirs, 500) < 7, `${amplitudeAt(theirs, 500)} of the other side`);
    const bytes = stage.files.read('/r.wav')?.length;
    assert.deepEqual(recordingEvents(stage), [
      { type: 'recordingStarted', recording: 'r', recordedMs: 0 },
      { type: 'recordingEnded', recording: 'r', reason: 'stopped', durationMs: 1600, bytes },
    ]);
  });

  it('has what a supervisor says to all, and no whisper to the leg that is recorded', () => {
    for (const layout of ['caller', 'agent', 'room'] as const) {
      const stage = createStage();
      const { office, phones } = stage;
      for (const [media, port] of [
        [office, 20_004],
        [phones, 10_004],
      ] as const)
        connect(media, 'supervisor', port);
      office.join('supervisor', 'room', { heardBy: ['agent'] });
      const target = layout === 'room' ? { room: 'room' } : { leg: layout };
      start(stage, { target });
      stage.pass(300);
      phones.play('caller', 'a', [createClip(tone([500], 3000))]);
      phones.play('agent', 'b', [createClip(tone([1300], 3000))]);
      phones.play('supervisor', 'c', [createClip(tone([2100], 3000))]);
      stage.pass(1200);
      office.join('supervisor', 'room', { heardBy: true });
      stage.pass(1200);
      office.stopRecording('r');
      const channels = channelsOf(stage);
      const other = channels.at(-1) ?? [];
      const whispered = other.slice(700 * 8, 1400 * 8);
      const said = other.slice(1700 * 8, 2400 * 8);
      const talk = layout === 'agent' ? 500 : 1300;
      assert.ok(amplitudeAt(whispered, talk) > 7000, `${layout}: ${amplitudeAt(whispered, talk)}`);
      assert.ok(amplitudeAt(whispered, 2100) < 7, `${layout}: ${amplitudeAt(whispered, 2100)} of a whisper`);
      assert.ok(
        amplitudeAt(said, 2100) > 7000,
        `${layout}: ${amplitudeAt(said, 2100)} of what is said to all`,
      );
    }
  });

  it('hears prompts, and is written while it goes on', () => {
    const stage = createStage();
    start(stage);
    stage.office.play('caller', 'p', [createClip(tone([900], 2000))]);
    stage.pass(1900);
    const [left = [], right = []] = channelsOf(stage);
    assert.ok(right.length >= 900 * 8);
    assert.ok(amplitudeAt(right.slice(800, 7200), 900) > 7000);
    assert.ok(left.every((sample) => Math.abs(sample) < 16));
  });

  it('leaves out what is said while it is paused', () => {
    const stage = createStage();
    start(stage);
    stage.pass(500);
    stage.office.pauseRecording('r');
    stage.office.play('caller', 'secret', [createClip(tone([900], 400))]);
    stage.pass(500);
    stage.office.resumeRecording('r');
    stage.pass(300);
    stage.office.stopRecording('r');
    const [, right = []] = channelsOf(stage);
    assert.equal(firstLoud(right), -1);
    const ended = recordingEvents(stage).at(-1);
    assert.ok(ended?.type === 'recordingEnded' && ended.durationMs === 800 && right.length === 6400);
  });

  it('ends by itself: at its length, after silence, with the leg', () => {
    const reasons = [{ maxMs: 330 }, { endOfSilenceMs: 600 }, {}].map((changes) => {
      const stage = createStage();
      stage.phones.play('agent', 'b', [createClip(tone([1300], 500))]);
      start(stage, changes);
      stage.pass(2000);
      stage.office.close('caller');
      stage.office.stopRecording('r');
      const ended = recordingEvents(stage).filter(({ type }) => type === 'recordingEnded');
      assert.equal(ended.length, 1);
      const [end] = ended;
      return end?.type === 'recordingEnded' ? [end.reason, end.durationMs] : [];
    });
    assert.deepEqual(reasons[0], ['duration', 330]);
    assert.equal(reasons[1]?.[0], 'silence');
    assert.ok(Number(reasons[1]?.[1]) >= 1100 && Number(reasons[1]?.[1]) <= 1240, `${reasons[1]?.[1]}`);
    assert.deepEqual(reasons[2], ['legClosed', 2000]);
  });

  it('fails alone: a file that is there, a leg that is not, a plan that makes no sense', () => {
    const stage = createStage();
    start(stage);
    start(stage);
    stage.office.startRecording('again', { target: { leg: 'caller' }, path: '/r.wav', maxMs: forever });
    stage.office.startRecording('nobody', { target: { leg: 'x' }, path: '/x.wav', maxMs: forever });
    stage.office.startRecording('odd', { target: { room: 'room' }, path: '/o.wav', maxMs: 0 });
    stage.office.stopRecording('unknown');
    const failed = recordingEvents(stage).flatMap((event) =>
      event.type === 'recordingEnded' ? [`${event.recording} ${event.reason}: ${event.error}`] : [],
    );
    assert.deepEqual(failed, [
      "again failed: EEXIST: file already exists, open '/r.wav'",
      'nobody failed: there is nothing to record: no such leg, or nobody in the room',
      'odd failed: a recording of 0 ms: 1 to 86400000 are allowed',
    ]);
    stage.pass(100);
    stage.office.stopRecording('r');
    assert.ok(recordingEvents(stage).at(-1)?.recording === 'r');
  });
});

describe('the recording of a room', () => {
  it('is all that is said in it, on one channel, until the last one leaves', () => {
    const stage = createStage();
    start(stage, { target: { room: 'room' } });
    stage.pass(100);
    stage.phones.play('caller', 'a', [createClip(tone([500], 1000))]);
    stage.phones.play('agent', 'b', [createClip(tone([1300], 1000))]);
    stage.office.playRoom('room', 'notice', [createClip(tone([2100], 1000))]);
    stage.pass(1200);
    stage.office.leave('caller');
    assert.equal(recordingEvents(stage).length, 1);
    stage.office.leave('agent');
    const [mono = [], none] = channelsOf(stage);
    assert.equal(none, undefined);
    const spoken = mono.slice(2400, 7200);
    for (const hz of [500, 1300, 2100]) assert.ok(amplitudeAt(spoken, hz) > 7000, `${hz} Hz`);
    const ended = recordingEvents(stage).at(-1);
    assert.ok(ended?.type === 'recordingEnded' && ended.reason === 'legClosed');
    assert.deepEqual(
      stage.events.find(({ type }) => type === 'roomFinished'),
      { type: 'roomFinished', room: 'room', play: 'notice', reason: 'end', playedMs: 1000 },
    );
  });

  it('goes on with a call that is mixed because of it, and lets it be relayed again after', () => {
    const stage = createStage();
    const relayed = (): number => {
      stage.office.stats('caller');
      const last = stage.events.findLast((event) => event.type === 'statistics');
      return last?.type === 'statistics' ? last.statistics.packetsRelayed : -1;
    };
    stage.pass(200);
    const before = relayed();
    assert.ok(before > 5);
    start(stage, { target: { room: 'room' } });
    stage.pass(200);
    assert.equal(relayed(), before);
    stage.office.stopRecording('r');
    stage.pass(200);
    assert.ok(relayed() > before + 5);
  });
});
