/**
 * A process that writes until it is killed:
 *
 *   node crash-writer.ts <directory>
 *
 * Says `open`, and then of each commit that was acknowledged its number and the position of its event, one in a line.
 */
import { writeSync } from 'node:fs';
import type { EventPosition, Store } from '@parley/core';
import { openSqliteStore } from '../sqlite-store.ts';
import { crashCommit } from './crash-plan.ts';

/** Groups handed in and not yet acknowledged: the thread is never idle, so that a kill finds it anywhere. */
const underWay = 4;
const groupSize = 5;
/** Every so many commits somebody reads, so that the journal is folded at odd moments too. */
const readEvery = 171;

/** Stops when nobody listens any more: then the test is gone. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

class CrashWriter {
  readonly #store: Store;
  readonly #unsettled: EventPosition[] = [];
  #n = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  async writeForEver(): Promise<never> {
    for (;;) await this.#writeGroup();
  }

  async #writeGroup(): Promise<void> {
    const first = this.#n + 1;
    this.#n += groupSize;
    const commits = Array.from({ length: groupSize }, (_, index) =>
      crashCommit(first + index, this.#unsettled.shift()),
    );
    const written = this.#store.commit(commits);
    if (first % readEvery < groupSize) void this.#store.live('call');
    for (const [index, outcome] of (await written).entries()) {
      const position = outcome.ok ? outcome.positions[0] : undefined;
      if (position === undefined) throw new Error('a commit lost, but nobody else writes');
      // One of five is never settled.
      if (index > 0) this.#unsettled.push(position);
      say(`${first + index} ${position}`);
    }
  }
}

const directory = process.argv[2];
if (directory === undefined) throw new Error('usage: crash-writer.ts <directory>');
const writer = new CrashWriter(await openSqliteStore({ directory }));
say('open');
await Promise.all(Array.from({ length: underWay }, () => writer.writeForEver()));
