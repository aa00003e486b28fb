import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseWav, printWav, tone } from '@parley/media';
import { ParleyProcess } from '../testing/parley-process.ts';
import { Hearing } from './hearing.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-call-'));
const echoed = { hz: 440, ms: 4000 };

/** A server process of its own, and what a `parley` command has to know to find it. */
const server = new ParleyProcess(['start'], {
  PARLEY_DATA_DIR: folder,
  PARLEY_HTTP_PORT: '0',
  PARLEY_SIP_PORT: '0',
  PARLEY_RTP_PORTS: '22000-22999',
  PARLEY_LOG_LEVEL: 'warn',
});
let environment: Record<string, string> = {};

before(async () => {
  const sip = await server.line(/takes calls at/);
  const api = await server.line(/API {2}http/);
  environment = {
    PARLEY_DATA_DIR: folder,
    PARLEY_SIP_PORT: /:(\d+) \(UDP/.exec(sip)?.[1] ?? '',
    PARLEY_HTTP_PORT: /:(\d+)\/v1\.0/.exec(api)?.[1] ?? '',
  };
  // The server loads its voice with its first text; what follows does not wait for that any more.
  const first = parley('call', '101');
  await first.line(/\| activeflow_updated .* beep/);
  first.kill('SIGINT');
  assert.equal(await first.ended, 0, first.output);
});

after(async () => {
  server.kill('SIGTERM');
  assert.equal(await server.ended, 0, server.output);
  rmSync(folder, { recursive: true });
});

function parley(...args: readonly string[]): ParleyProcess {
  return new ParleyProcess(args, environment);
}

/** A place for a recording, and what is in it. */
function wav(name: string) {
  const file = join(folder, name);
  const read = () => {
    const parsed = parseWav(readFileSync(file));
    assert.ok(parsed.ok, `${name} is no WAV file`);
    assert.equal(parsed.value.sampleRate, 8000);
    return parsed.value.samples;
  };
  return { file, read };
}

function soundMs(samples: Int16Array): number {
  const hearing = new Hearing();
  hearing.hear(samples);
  return hearing.heard.soundMs;
}

/** Milliseconds of 20 ms frames that are mostly a tone of this frequency (Goertzel). */
function toneMs(samples: Int16Array, hz: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * hz) / 8000);
  let frames = 0;
  for (let at = 0; at + 160 <= samples.length; at += 160) {
    let [last, before, energy] = [0, 0, 1];
    for (const sample of samples.subarray(at, at + 160)) {
      [last, before] = [sample + turn * last - before, last];
      energy += sample * sample;
    }
    const power = last * last + before * before - turn * last * before;
    if (energy > 160 * 500 ** 2 && power / (energy * 80) > 0.7) frames += 1;
  }
  return frames * 20;
}

describe('parley call', { concurrency: 2, timeout: 120_000 }, () => {
  it('hears the welcome, finds its way through the menu by key, and is hung up on', async () => {
    const { file, read } = wav('welcome.wav');
    const call = parley('call', '100', '--digits', '1', '--record', file, '--from', '4711');
    assert.equal(await call.ended, 0, call.output);
    const places = [
      /dialling 100 at 127\.0\.0\.1:\d+, calling from 4711/,
      /\| activeflow_created/,
      /\| call_created .* 4711 -> 100 {2}ringing/,
      /\| activeflow_updated .* answer/,
      /\| activeflow_updated .* talk .*Press one/,
      /\| activeflow_updated .* branch/,
      /\| activeflow_updated .* talk .*You are calling from/,
      /hung up by the server \(BYE, cause 16 normal clearing\)/,
      /\| call_hungup .* hangup by local, normal/,
      /heard \d+\.\d s: \d+\.\d s of voice or tones/,
      /recorded \d+\.\d s to .*welcome\.wav/,
    ].map((pattern) => call.lines.findIndex((line) => pattern.test(line)));
    assert.ok(
      places.every((place, at) => place > (places[at - 1] ?? -1)),
      call.output,
    );
    assert.ok(call.lines.some((line) => / answered after \d+ ms/.test(line)));
    assert.ok(call.lines.some((line) => / key 1 pressed/.test(line)));
    assert.ok(soundMs(read()) > 5_000, 'welcome, menu, number and goodbye take longer than that');
  });

  it('hears itself in the echo test, and hangs up when its time is over', async () => {
    const { file, read } = wav('echo.wav');
    const played = join(folder, 'played.wav');
    const samples = tone([echoed.hz], echoed.ms);
    writeFileSync(played, printWav({ sampleRate: 8000, channels: 1 }, samples));
    const call = parley('call', '101', '--play', played, '--record', file, '--duration', '14', '--no-events');
    assert.equal(await call.ended, 0, call.output);
    await call.line(/saying 4\.0 s of sound/);
    await call.line(/said it/);
    await call.line(/hung up by the phone: the time of --duration is over/);
    assert.ok(!call.output.includes('|'), 'no events were asked for');
    const heard = toneMs(read(), echoed.hz);
    assert.ok(heard > 2_000, `${heard} ms of the tone came back\n${call.output}`);
  });

  it('is told that there is no such number, and what to do', async () => {
    const call = parley('call', '999');
    assert.equal(await call.ended, 1, call.output);
    await call.line(/refused: 404 Not Found/);
    assert.match(call.errors.join('\n'), /no number 999.*\/v1\.0\/numbers/);
  });

  it('says at once that no server is there', async () => {
    const call = parley('call', '100', '--server', '127.0.0.1:1', '--no-events');
    assert.equal(await call.ended, 1, call.output);
    await call.line(/nobody takes SIP calls at 127\.0\.0\.1:1$/);
    assert.match(call.errors.join('\n'), /npm start/);
  });

  it('goes on without events when there is no key to them, and says why once', async () => {
    const call = new ParleyProcess(['call', '101', '--duration', '1'], {
      ...environment,
      PARLEY_DATA_DIR: join(folder, 'elsewhere'),
    });
    assert.equal(await call.ended, 0, call.output);
    assert.equal(call.errors.length, 1);
    assert.match(
      call.errors[0] ?? '',
      /events are not shown: no access key: .*elsewhere\/access-key is not there/,
    );
  });

  it('hangs up and finishes its recording on Ctrl-C', async () => {
    const { file, read } = wav('interrupted.wav');
    const call = parley('call', '101', '--record', file);
    await call.line(/\| activeflow_updated .* echo/);
    call.kill('SIGINT');
    assert.equal(await call.ended, 0, call.output);
    await call.line(/hung up by you/);
    await call.line(/\| call_hungup .* hangup by remote, normal/);
    const samples = read();
    assert.ok(soundMs(samples) > 1_000);
    assert.equal(await call.line(/recorded/), `recorded ${(samples.length / 8000).toFixed(1)} s to ${file}`);
  });

  it('leaves a recording that can be played when it is killed', async () => {
    const { file, read } = wav('killed.wav');
    const call = parley('call', '101', '--record', file, '--from', '4712');
    await call.line(/\| activeflow_updated .* echo/);
    call.kill('SIGKILL');
    assert.equal(await call.ended, null);
    assert.ok(soundMs(read()) > 1_000);
  });
});

describe('parley events', { timeout: 60_000 }, () => {
  it('shows what happens from now on until Ctrl-C, of the wanted types', async () => {
    const events = parley('events', '--follow', '--type', 'call_created');
    const shown = events.line(/call_created .* 4713 -> 100 {2}ringing/);
    // Nothing tells when the first request has reached the server; calls are made until one is seen.
    for (let seen = false; !seen; ) {
      const call = parley('call', '100', '--duration', '1', '--from', '4713', '--no-events');
      seen = await Promise.race([shown.then(() => true), call.ended.then(() => false)]);
      assert.equal(await call.ended, 0, call.output);
    }
    events.kill('SIGINT');
    assert.equal(await events.ended, 0, events.output);
    assert.ok(events.lines.every((line) => line.includes('call_created')));
  });

  it('shows the log so far as JSON, with cursors to go on from', async () => {
    const all = parley('events', '--json');
    assert.equal(await all.ended, 0, all.output);
    const read = all.lines.map((line) => JSON.parse(line) as { cursor: string; type: string });
    assert.ok(read.length > 1);
    const rest = parley('events', '--json', '--after', read[0]?.cursor ?? '');
    assert.equal(await rest.ended, 0, rest.output);
    assert.equal(rest.lines[0], all.lines[1]);
  });

  it('says what is wrong with a key', async () => {
    const events = new ParleyProcess(['events'], { ...environment, PARLEY_ACCESS_KEY: 'wrong' });
    assert.equal(await events.ended, 1);
    assert.match(events.errors.join('\n'), /answered 401: .*PARLEY_DATA_DIR/);
  });

  it('says that no server is there', async () => {
    const events = new ParleyProcess(['events'], { ...environment, PARLEY_HTTP_PORT: '1' });
    assert.equal(await events.ended, 1);
    assert.match(events.errors.join('\n'), /nobody answers at http:\/\/127\.0\.0\.1:1: is Parley running/);
  });
});
