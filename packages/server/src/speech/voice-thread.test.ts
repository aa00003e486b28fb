import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, it } from 'node:test';
import type { SpeakCommand, VoiceReport } from './espeak-messages.ts';
import type { SpeechAudio, SpeechProblem } from './provider.ts';
import { SpeechError } from './provider.ts';
import type { SpeechDocument } from './speech-document.ts';
import type { SpeechTimers } from './timers.ts';
import type { VoiceThread, VoiceWorker } from './voice-thread.ts';
import { createVoiceThread } from './voice-thread.ts';

/** A thread that does what the test says: it gathers commands and reports when told to. */
class ScriptedWorker extends EventEmitter implements VoiceWorker {
  readonly commands: SpeakCommand[] = [];
  isTerminated = false;
  isReferenced = true;

  postMessage(command: SpeakCommand): void {
    this.commands.push(command);
  }

  ref(): void {
    this.isReferenced = true;
  }

  unref(): void {
    this.isReferenced = false;
  }

  async terminate(): Promise<number> {
    this.isTerminated = true;
    this.emit('exit', 1);
    return await Promise.resolve(1);
  }

  report(report: VoiceReport): void {
    this.emit('message', report);
  }

  /** Speaks the last command as one sample that holds its id. */
  speak(): void {
    const { id } = this.last;
    this.report({ kind: 'spoken', id, samples: Int16Array.of(id), sampleRate: 8_000, notes: [] });
  }

  get last(): SpeakCommand {
    const command = this.commands.at(-1);
    assert.ok(command, 'nothing was asked of the thread');
    return command;
  }

  get isToldToStop(): boolean {
    return Atomics.load(this.last.cancel, 0) === 1;
  }
}

interface Timer {
  readonly afterMs: number;
  readonly run: () => void;
}

interface Stage {
  readonly thread: VoiceThread;
  readonly workers: ScriptedWorker[];
  readonly timers: Set<Timer>;
  /** The newest worker. */
  readonly worker: ScriptedWorker;
  /** Runs the timers of that length, as if the time had passed. */
  elapse(afterMs: number): void;
  speak(signal?: AbortSignal): Promise<SpeechAudio>;
}

const lengths = { queueLength: 2, timeoutMs: 30_000, hangMs: 5_000, idleMs: 300_000, retryMs: 60_000 };
const nothing: SpeechDocument = { nodes: [], notes: [] };

function stage(): Stage {
  const workers: ScriptedWorker[] = [];
  const pending = new Set<Timer>();
  const timers: SpeechTimers = {
    start(afterMs, run) {
      const timer = { afterMs, run };
      pending.add(timer);
      return () => pending.delete(timer);
    },
  };
  const startWorker = (): VoiceWorker => {
    const worker = new ScriptedWorker();
    workers.push(worker);
    return worker;
  };
  const thread = createVoiceThread({ ...lengths, startWorker, timers });
  return {
    thread,
    workers,
    timers: pending,
    get worker() {
      const worker = workers.at(-1);
      assert.ok(worker, 'no thread was started');
      return worker;
    },
    elapse(afterMs) {
      const due = [...pending].filter((timer) => timer.afterMs === afterMs);
      assert.notEqual(due.length, 0, `no timer of ${afterMs} ms is running`);
      for (const timer of due) {
        pending.delete(timer);
        timer.run();
      }
    },
    speak: (signal = new AbortController().signal) => thread.speak(nothing, signal),
  };
}

async function problemOf(promise: Promise<unknown>): Promise<SpeechProblem> {
  const error: unknown = await promise.then(
    () => assert.fail('it was spoken'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SpeechError, String(error));
  return error.problem;
}

describe('The voice thread', () => {
  it('does not exist before the first text', () => {
    const { thread, workers } = stage();
    assert.equal(thread.isRunning, false);
    assert.equal(workers.length, 0);
  });

  it('speaks one text after the other in the order asked', async () => {
    const on = stage();
    const [first, second] = [on.speak(), on.speak()];
    assert.equal(on.worker.commands.length, 1);
    on.worker.speak();
    assert.deepEqual([...(await first).samples], [1]);
    assert.equal(on.worker.commands.length, 2);
    on.worker.speak();
    assert.deepEqual([...(await second).samples], [2]);
    assert.equal(on.workers.length, 1);
  });

  it('passes on what the voice refuses, and goes on', async () => {
    const on = stage();
    const [first, second] = [on.speak(), on.speak()];
    const problem = { kind: 'unsupportedLanguage', message: 'no', language: 'xx' } as const;
    on.worker.report({ kind: 'failed', id: 1, problem });
    assert.deepEqual(await problemOf(first), problem);
    on.worker.speak();
    await second;
  });

  it('refuses a text when too many are waiting', async () => {
    const on = stage();
    const texts = [on.speak(), on.speak(), on.speak()];
    const problem = await problemOf(on.speak());
    assert.ok(problem.kind === 'unavailable' && problem.message.startsWith('2 texts are waiting'));
    for (const text of texts) {
      on.worker.speak();
      await text;
    }
  });

  it('is replaced after a crash; the text at hand fails, those waiting do not', async () => {
    const on = stage();
    const [first, second] = [on.speak(), on.speak()];
    on.worker.emit('error', new Error('out of memory'));
    on.worker.emit('exit', 1);
    const problem = await problemOf(first);
    assert.deepEqual(problem, { kind: 'unavailable', message: 'the voice stopped: out of memory' });
    assert.equal(on.workers.length, 2);
    on.worker.speak();
    assert.deepEqual([...(await second).samples], [2]);
  });

  it('may crash while idle without harm to the next text', async () => {
    const on = stage();
    const first = on.speak();
    on.worker.speak();
    await first;
    on.worker.emit('exit', 1);
    assert.equal(on.thread.isRunning, false);
    const second = on.speak();
    on.worker.speak();
    await second;
    assert.equal(on.workers.length, 2);
  });

  it('stops a text that takes too long and stays when it obeys', async () => {
    const on = stage();
    const first = on.speak();
    on.elapse(lengths.timeoutMs);
    const problem = await problemOf(first);
    assert.ok(problem.kind === 'timeout' && problem.afterMs === lengths.timeoutMs);
    assert.ok(on.worker.isToldToStop);
    const second = on.speak();
    assert.equal(on.worker.commands.length, 1, 'the thread is still at the first text');
    on.worker.report({ kind: 'cancelled', id: 1 });
    on.worker.speak();
    await second;
    assert.equal(on.workers.length, 1);
  });

  it('is replaced when it hangs', async () => {
    const on = stage();
    const first = on.speak();
    on.elapse(lengths.timeoutMs);
    await problemOf(first);
    const second = on.speak();
    on.elapse(lengths.hangMs);
    assert.deepEqual(
      on.workers.map((worker) => worker.isTerminated),
      [true, false],
    );
    on.worker.speak();
    await second;
  });

  it('times a waiting text out without disturbing the one being spoken', async () => {
    const on = stage();
    const first = on.speak();
    on.timers.clear();
    const second = on.speak();
    on.elapse(lengths.timeoutMs);
    assert.equal((await problemOf(second)).kind, 'timeout');
    assert.ok(!on.worker.isToldToStop);
    on.worker.speak();
    await first;
    assert.equal(on.worker.commands.length, 1);
  });

  it('stops the text being spoken when it is cancelled', async () => {
    const on = stage();
    const controller = new AbortController();
    const first = on.speak(controller.signal);
    controller.abort(new Error('the caller hung up'));
    await assert.rejects(first, /the caller hung up/);
    assert.ok(on.worker.isToldToStop);
    const second = on.speak();
    on.worker.report({ kind: 'cancelled', id: 1 });
    on.worker.speak();
    await second;
  });

  it('forgets a waiting text that is cancelled', async () => {
    const on = stage();
    const first = on.speak();
    const controller = new AbortController();
    const second = on.speak(controller.signal);
    controller.abort();
    await assert.rejects(second, { name: 'AbortError' });
    on.worker.speak();
    await first;
    assert.equal(on.worker.commands.length, 1);
  });

  it('does not start for a text cancelled beforehand', async () => {
    const on = stage();
    await assert.rejects(on.speak(AbortSignal.abort()), { name: 'AbortError' });
    assert.equal(on.workers.length, 0);
    assert.equal(on.timers.size, 0);
  });

  it('does not keep the process alive while idle', async () => {
    const on = stage();
    const first = on.speak();
    assert.ok(on.worker.isReferenced);
    on.worker.speak();
    await first;
    assert.ok(!on.worker.isReferenced);
    void on.speak().catch(() => undefined);
    assert.ok(on.worker.isReferenced);
    await on.thread.close();
  });

  it('is let go when idle for long, and comes back for the next text', async () => {
    const on = stage();
    const first = on.speak();
    on.worker.speak();
    await first;
    on.elapse(lengths.idleMs);
    assert.ok(on.worker.isTerminated && !on.thread.isRunning);
    const second = on.speak();
    on.worker.speak();
    await second;
    assert.equal(on.workers.length, 2);
  });

  it('counts idle time from the last text', async () => {
    const on = stage();
    for (let count = 0; count < 3; count += 1) {
      const spoken = on.speak();
      assert.ok(
        [...on.timers].every((timer) => timer.afterMs !== lengths.idleMs),
        'the idle timer ran on',
      );
      on.worker.speak();
      await spoken;
    }
    assert.deepEqual(
      [...on.timers].map((timer) => timer.afterMs),
      [lengths.idleMs],
    );
  });

  it('fails all texts when the voice cannot be loaded, and tries again only after a while', async () => {
    const on = stage();
    const texts = [on.speak(), on.speak()];
    on.worker.report({ kind: 'unusable', message: 'install it' });
    for (const text of texts)
      assert.deepEqual(await problemOf(text), { kind: 'unavailable', message: 'install it' });
    assert.equal((await problemOf(on.speak())).message, 'install it');
    assert.equal(on.workers.length, 1);
    on.elapse(lengths.retryMs);
    const later = on.speak();
    on.worker.speak();
    await later;
    assert.equal(on.workers.length, 2);
  });

  it('ends everything when closed, also twice, and leaves no timer', async () => {
    const on = stage();
    const texts = [on.speak(), on.speak()];
    await Promise.all([on.thread.close(), on.thread.close()]);
    for (const text of texts) assert.equal((await problemOf(text)).message, 'the voice was closed');
    assert.equal((await problemOf(on.speak())).message, 'the voice was closed');
    assert.ok(on.worker.isTerminated);
    assert.equal(on.timers.size, 0);
  });

  it('leaves no timer when closed while it waits to try again or is idle', async () => {
    for (const report of [{ kind: 'unusable', message: 'install it' }, undefined] as const) {
      const on = stage();
      const text = on.speak().catch(() => undefined);
      if (report) on.worker.report(report);
      else on.worker.speak();
      await text;
      await on.thread.close();
      assert.equal(on.timers.size, 0);
    }
  });
});
