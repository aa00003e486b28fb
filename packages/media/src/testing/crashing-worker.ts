import { parentPort } from 'node:worker_threads';
import type { MediaCommand } from '../protocol.ts';
import type { WorkerReport } from '../worker-link.ts';

/** A media worker that opens legs (but never the one called `slow`) and dies when told to stop one. */
parentPort?.on('message', (command: MediaCommand) => {
  if (command.type === 'stop') throw new Error('the worker met a bug');
  if (command.type === 'shutdown') parentPort?.close();
  if (command.type !== 'open' || command.leg === 'slow') return;
  const report: WorkerReport = { type: 'event', event: { type: 'opened', leg: command.leg, port: 2 } };
  parentPort?.postMessage(report);
});
