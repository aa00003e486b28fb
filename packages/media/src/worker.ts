import { randomFillSync } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { MAX_POOLED_PAIRS, WARM_PAIRS } from './limits.ts';
import { createMediaHost } from './media-host.ts';
import type { MediaCommand, MediaEvent } from './protocol.ts';
import { createRecordingFiles } from './recording-files.ts';
import { createUdpNetwork } from './udp-network.ts';
import type { WorkerReport, WorkerSettings } from './worker-link.ts';

/** The media thread: real sockets, a real clock, and one timer that goes only while a leg needs it. */

if (parentPort === null) throw new Error('the media worker runs in a worker thread only');
const port = parentPort;
const settings = workerData as WorkerSettings;
const network = createUdpNetwork();
let leaving = false;
let timer: NodeJS.Timeout | undefined;
let loadAt = performance.now() + settings.loadIntervalMs;

/** Randomness is fetched from the system in pieces: each fetch costs as much as sending a packet. */
const dice = new Uint32Array(1024);
let diceUsed = dice.length;

const host = createMediaHost({
  network,
  clock: () => performance.now(),
  random: roll,
  onEvent: report,
  onFault: (error) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    send({ type: 'fault', error: text });
  },
  rtpTimeoutMs: settings.rtpTimeoutMs,
  files: createRecordingFiles(),
  pooledPairs: MAX_POOLED_PAIRS,
  warmPairs: WARM_PAIRS,
});

function roll(): number {
  if (diceUsed === dice.length) {
    randomFillSync(dice);
    diceUsed = 0;
  }
  const value = dice[diceUsed] ?? 0;
  diceUsed += 1;
  return value / 0x1_0000_0000;
}

function report(event: MediaEvent): void {
  send({ type: 'event', event });
  if (event.type === 'recordingEnded') leaveIfDone();
}

/** After `shutdown` the thread ends by itself, but not before all recordings are in their files. */
function leaveIfDone(): void {
  if (leaving && !host.recording) port.close();
}

function send(message: WorkerReport): void {
  port.postMessage(message);
}

/** Sets the timer to when the host wants to be woken; whole milliseconds up, since timers never fire early. */
function plan(): void {
  clearTimeout(timer);
  const wakeAt = host.wakeAt();
  if (wakeAt !== Infinity) timer = setTimeout(wake, Math.max(1, Math.ceil(wakeAt - performance.now())));
}

function wake(): void {
  host.tick();
  if (performance.now() >= loadAt) {
    loadAt = performance.now() + settings.loadIntervalMs;
    report({ type: 'load', ...host.takeLoad(), socketErrors: network.errors });
  }
  plan();
}

port.on('message', (command: MediaCommand) => {
  host.command(command);
  if (command.type === 'shutdown') {
    clearTimeout(timer);
    leaving = true;
    leaveIfDone();
  } else {
    plan();
  }
});

host.prepare(settings.ports, settings.address);
plan();
