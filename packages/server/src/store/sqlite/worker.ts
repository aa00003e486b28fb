import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from './database.ts';
import type { Failure, Reply, Request, WorkerSettings } from './protocol.ts';

/** The thread that has the database, so that a flush to disk never holds up the one that has the calls. */
function serve(): void {
  const port = parentPort;
  if (port === null) throw new Error('this file is the worker of a store, and is not run by itself');
  const reply = (message: Reply): void => port.postMessage(message);
  const open = attemptTo(() => openDatabase((workerData as WorkerSettings).file));
  reply(
    'failure' in open ? { tell: 'failure', failure: open.failure } : { tell: 'answer', value: undefined },
  );
  if ('failure' in open) return port.close();
  const database = open.value;
  port.on('message', (request: Request) => {
    const done = attemptTo(() => database.answer(request));
    reply(
      'failure' in done ? { tell: 'failure', failure: done.failure } : { tell: 'answer', value: done.value },
    );
    if (request.ask === 'close') return port.close();
    // The answer is on its way: nobody waits for this but the next request.
    const tidied = attemptTo(() => database.tidy());
    if ('failure' in tidied) reply({ tell: 'trouble', failure: tidied.failure });
  });
}

function attemptTo<T>(work: () => T): { readonly value: T } | { readonly failure: Failure } {
  try {
    return { value: work() };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return { message, sqlite: typeof code === 'number' ? code : undefined };
}

serve();
