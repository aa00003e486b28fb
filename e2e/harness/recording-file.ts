import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerProcess } from './server-process.ts';
import { levelAt } from './sound/listening.ts';
import { readSoundFiles, type SoundFile } from './sound/sox.ts';
import type { Stage } from './stage.ts';

/** What was recorded, fetched as a user would, whole and in parts, and read by another program. */
export async function recordingFile(
  stage: Stage,
  { api }: ServerProcess,
  recordingId: string,
): Promise<SoundFile> {
  const path = `/v1.0/recordingfiles/${recordingId}`;
  const { status, headers, bytes } = await api.file(path);
  assert.deepEqual([status, headers.get('content-type')], [200, 'audio/wav']);
  const half = bytes.length >> 1;
  const parts = await Promise.all([api.file(path, `bytes=0-${half - 1}`), api.file(path, `bytes=${half}-`)]);
  assert.deepEqual(
    parts.map((part) => [part.status, part.headers.get('content-range')]),
    [
      [206, `bytes 0-${half - 1}/${bytes.length}`],
      [206, `bytes ${half}-${bytes.length - 1}/${bytes.length}`],
    ],
  );
  assert.ok(Buffer.concat(parts.map((part) => part.bytes)).equals(bytes), 'the parts are the whole');
  assert.equal((await api.file(path, `bytes=${bytes.length}-`)).status, 416);
  const file = join(await stage.folder(), 'recording.wav');
  await writeFile(file, bytes);
  const [read] = await readSoundFiles([file]);
  assert.ok(read);
  return read;
}

/** Of many recordings, in their order. */
export async function recordingFiles(
  stage: Stage,
  { api }: ServerProcess,
  recordingIds: readonly string[],
): Promise<SoundFile[]> {
  const folder = await stage.folder();
  const paths: string[] = [];
  for (const id of recordingIds) {
    const { status, bytes } = await api.file(`/v1.0/recordingfiles/${id}`);
    assert.equal(status, 200);
    paths.push(join(folder, `${id}.wav`));
    await writeFile(join(folder, `${id}.wav`), bytes);
  }
  return await readSoundFiles(paths);
}

/** How far below the one that belongs there a tone is that does not, in decibels: the median of all whole seconds. */
export function separation(channel: Int16Array, belongs: number, doesNot: number): number {
  const found: number[] = [];
  for (let at = 0; at + 8000 <= channel.length; at += 4000) {
    const second = channel.subarray(at, at + 8000);
    if (levelAt(belongs, second) > -20) found.push(levelAt(belongs, second) - levelAt(doesNot, second));
  }
  assert.ok(found.length >= 2, 'two seconds of the tone that belongs there');
  return found.sort((a, b) => a - b)[found.length >> 1] ?? 0;
}
