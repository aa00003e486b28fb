import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createMediaService } from './media-service.ts';
import { amplitudeAt } from './testing/hearing.ts';
import { createEventLog } from './testing/event-log.ts';
import { parseWav } from './wav.ts';
import { repairWav } from './wav-repair.ts';

/** Long enough on a busy machine; reached only when something is broken. */
const limit = { timeout: 20_000 };

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-recording-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Resolves when the file has grown to so many bytes. */
function grown(path: string, bytes: number): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(path);
    const look = (): void => {
      if (statSync(path).size < bytes) return;
      watcher.close();
      resolve();
    };
    watcher.on('change', look);
    look();
  });
}

describe('recordings on disk', () => {
  it('are playable after the process was killed, to within the last second', limit, () =>
    inFolder(async (folder) => {
      const path = join(folder, 'killed.wav');
      const program = fork(new URL('./testing/recording-program.ts', import.meta.url), [path]);
      await once(program, 'message');
      const began = performance.now();
      await grown(path, 44 + 2 * 32_000);
      program.kill('SIGKILL');
      const recordedMs = performance.now() - began;
      await once(program, 'exit');
      const bytes = readFileSync(path);
      const parsed = parseWav(bytes);
      assert.ok(parsed.ok, parsed.ok ? '' : parsed.error);
      const { samples, channels } = parsed.value;
      assert.equal(channels, 2);
      assert.ok(samples.length / 8 >= recordedMs - 1000, `${samples.length / 8} ms of ${recordedMs}`);
      // Read as one channel, the tone on the right has half its height.
      assert.ok(amplitudeAt(samples.subarray(1600, 9600), 600) > 3000);
      const repaired = repairWav(bytes.subarray(0, 44), bytes.length);
      assert.ok(repaired.ok && repaired.value.durationMs >= samples.length / 8);
    }),
  );

  it('are whole before a shutdown is done, and never written over another', limit, () =>
    inFolder(async (folder) => {
      const path = join(folder, 'r.wav');
      const log = createEventLog();
      const service = createMediaService({
        ports: { min: 32_000, max: 32_099 },
        address: '127.0.0.1',
        rtpTimeoutMs: 0,
        onEvent: log.note,
        onError: assert.fail,
      });
      service.open('a');
      service.join('a', 'room');
      service.startRecording('r', { target: { leg: 'a' }, path, maxMs: 60_000 });
      await log.until(() => log.events.some(({ type }) => type === 'recordingStarted'));
      service.startRecording('twin', { target: { room: 'room' }, path, maxMs: 60_000 });
      await log.until(() => log.events.some(({ type }) => type === 'recordingEnded'));
      await service.shutdown();
      const ends = log.events.flatMap((event) => (event.type === 'recordingEnded' ? [event] : []));
      assert.deepEqual(
        ends.map(({ recording, reason, bytes }) => [recording, reason, bytes]),
        [
          ['twin', 'failed', 0],
          ['r', 'legClosed', 44],
        ],
      );
      assert.match(ends[0]?.error ?? '', /EEXIST/);
      assert.equal(statSync(path).mode & 0o777, 0o600);
      assert.equal(readFileSync(path).length, 44);
    }),
  );
});
