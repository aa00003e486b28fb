import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMediaService, type MediaService, type StartWorker } from './media-service.ts';
import type { MediaCommand, MediaEvent } from './protocol.ts';
import { emptyStatistics } from './statistics.ts';
import { createEventLog, type EventLog } from './testing/event-log.ts';
import { startMediaWorker, type WorkerListener } from './worker-link.ts';

interface Fixture {
  readonly service: MediaService;
  readonly log: EventLog;
  readonly errors: Error[];
}

function createFixture(startWorker: StartWorker): Fixture {
  const log = createEventLog();
  const errors: Error[] = [];
  const service = createMediaService(
    {
      ports: { min: 30_000, max: 30_099 },
      address: '127.0.0.1',
      rtpTimeoutMs: 0,
      onEvent: log.note,
      onError: (error) => errors.push(error),
    },
    startWorker,
  );
  return { service, log, errors };
}

interface FakeWorker {
  readonly commands: MediaCommand[];
  readonly listener: WorkerListener;
  terminated: boolean;
}

/** Workers that do nothing but remember. */
function createFakeWorkers(): { workers: FakeWorker[]; start: StartWorker } {
  const workers: FakeWorker[] = [];
  const start: StartWorker = (_settings, listener) => {
    const worker: FakeWorker = { commands: [], listener, terminated: false };
    workers.push(worker);
    return {
      send: (command) => worker.commands.push(command),
      terminate: () => {
        worker.terminated = true;
        listener.onEnd(undefined);
      },
    };
  };
  return { workers, start };
}

const crashingWorker = new URL('./testing/crashing-worker.ts', import.meta.url);

describe('the media service', () => {
  it('numbers clips by identity, so that the worker knows them again', () => {
    const { workers, start } = createFakeWorkers();
    const { service } = createFixture(start);
    const one = { samples: new Int16Array(1) };
    const two = { samples: new Int16Array(1) };
    service.play('a', 'p', [one, two, one]);
    service.play('a', 'q', [{ samples: two.samples }]);
    const keys = workers[0]?.commands.map((command) =>
      command.type === 'play' ? command.clips.map(({ key }) => key) : [],
    );
    assert.deepEqual(keys, [[0, 1, 0], [1]]);
  });

  it('says nothing more about a leg once it is told to close it', () => {
    const { workers, start } = createFakeWorkers();
    const { service } = createFixture(start);
    service.open('a');
    workers[0]?.listener.onReport({ type: 'event', event: { type: 'opened', leg: 'a', port: 2 } });
    for (const leg of ['a', 'b']) {
      service.close(leg);
      service.stop(leg);
    }
    const told = workers[0]?.commands.map((command) => [command.type, 'leg' in command ? command.leg : '']);
    assert.deepEqual(told, [
      ['open', 'a'],
      ['close', 'a'],
      ['close', 'b'],
      ['stop', 'b'],
    ]);
  });

  it('survives the death of its worker: legs are reported, the next one gets a fresh worker', async () => {
    const { service, log, errors } = createFixture((settings, listener) =>
      startMediaWorker(settings, listener, crashingWorker),
    );
    service.open('a');
    service.open('b');
    service.open('slow');
    await log.until(() => log.events.length === 2);
    service.stop('a');
    await log.until(() => log.events.length === 5);
    const reason = 'the media worker ended';
    assert.deepEqual(log.events.slice(2), [
      { type: 'closed', leg: 'a', reason: 'failed', statistics: emptyStatistics },
      { type: 'closed', leg: 'b', reason: 'failed', statistics: emptyStatistics },
      { type: 'openFailed', leg: 'slow', reason },
    ] satisfies MediaEvent[]);
    assert.deepEqual(
      errors.map(({ message }) => message),
      ['the worker met a bug'],
    );
    service.play('a', 'p', []);
    service.open('c');
    await log.until(() => log.events.at(-1)?.type === 'opened');
    await service.shutdown();
    assert.equal(errors.length, 1);
  });

  it('says so when the worker ends by itself', () => {
    const { workers, start } = createFakeWorkers();
    const { errors } = createFixture(start);
    workers[0]?.listener.onEnd(undefined);
    assert.deepEqual(errors.map(String), ['Error: the media worker ended by itself']);
  });

  it('passes on bugs of single legs', () => {
    const { workers, start } = createFakeWorkers();
    const { errors } = createFixture(start);
    workers[0]?.listener.onReport({ type: 'fault', error: 'TypeError: x at y' });
    assert.deepEqual(
      errors.map(({ message }) => message),
      ['TypeError: x at y'],
    );
  });

  it('ends a worker that does not end by itself, and reports the legs it still had', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { workers, start } = createFakeWorkers();
    const { service, log, errors } = createFixture(start);
    service.open('a');
    workers[0]?.listener.onReport({ type: 'event', event: { type: 'opened', leg: 'a', port: 2 } });
    const down = service.shutdown();
    assert.equal(service.shutdown(), down);
    assert.deepEqual(workers[0]?.commands.at(-1), { type: 'shutdown' });
    t.mock.timers.tick(1999);
    assert.equal(workers[0]?.terminated, false);
    t.mock.timers.tick(1);
    assert.equal(workers[0]?.terminated, true);
    await down;
    assert.equal(log.events.at(-1)?.type, 'closed');
    assert.deepEqual(errors, []);
    service.open('b');
    assert.equal(log.events.at(-1)?.type, 'openFailed');
    assert.equal(workers.length, 1);
  });

  it('shuts down at once when there is no worker any more', async () => {
    const { workers, start } = createFakeWorkers();
    const { service } = createFixture(start);
    workers[0]?.listener.onEnd(new Error('gone'));
    await service.shutdown();
  });

  it('ends recordings and what rooms hear when the worker dies, and once only', () => {
    const { workers, start } = createFakeWorkers();
    const { service, log } = createFixture(start);
    const plan = { target: { room: 'room' }, path: '/r.wav', maxMs: 1000 };
    for (const recording of ['one', 'two']) service.startRecording(recording, plan);
    service.playRoom('room', 'notice', []);
    const [worker] = workers;
    assert.deepEqual(
      worker?.commands.map(({ type }) => type),
      ['startRecording', 'startRecording', 'playRoom'],
    );
    const one = {
      type: 'recordingEnded',
      recording: 'one',
      reason: 'stopped',
      durationMs: 20,
      bytes: 364,
    } as const;
    worker.listener.onReport({ type: 'event', event: one });
    worker.listener.onEnd(new Error('died'));
    service.startRecording('three', plan);
    const failed = { type: 'recordingEnded', reason: 'failed', durationMs: 0, bytes: 0 } as const;
    const error = 'the media worker ended';
    assert.deepEqual(log.events, [
      one,
      { ...failed, recording: 'two', error },
      { type: 'roomFinished', room: 'room', play: 'notice', reason: 'stopped', playedMs: 0 },
      { ...failed, recording: 'three', error },
    ]);
  });
});
