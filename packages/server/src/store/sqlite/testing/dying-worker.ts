/** Stands in for the thread of the store: opens, answers one request, and dies of the second. */
import { parentPort } from 'node:worker_threads';
import type { Reply } from '../protocol.ts';

const answer: Reply = { tell: 'answer', value: [] };
let asked = 0;
parentPort?.postMessage(answer);
parentPort?.on('message', () => {
  asked += 1;
  if (asked > 1) throw new Error('struck by lightning');
  parentPort?.postMessage(answer);
});
