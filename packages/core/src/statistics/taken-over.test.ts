import assert from 'node:assert/strict';
import { it } from 'node:test';
import { nilId } from '@parley/contract';
import { Ledger } from './ledger.ts';
import { Story } from './story.node.ts';
import { emptyTally } from './tally.ts';

const hour = 3_600_000;
const second = 1000;

/** Mira serves a caller for 10 s, somebody takes it over for 20 s more, and rests for 5 s. */
function takenOverBy(server: string): Ledger {
  const story = new Story(480_000 * hour);
  for (const agent of ['Mira', 'Olga']) story.agent(agent);
  story.joins('caller', 'orders');
  story.is('Mira', 'busy service');
  story.served('caller', 'Mira');
  story.now += 10 * second;
  story.takenOver('caller', server);
  if (server === 'Olga') story.is('Olga', 'busy service');
  story.is('Mira', 'available');
  story.now += 20 * second;
  story.done('caller');
  if (server === 'Olga') story.is('Olga', 'busy wrap_up');
  story.now += 5 * second;
  if (server === 'Olga') story.is('Olga', 'available');
  const ledger = new Ledger();
  for (const event of story.events) ledger.add(event);
  ledger.advance(story.now);
  return ledger;
}

const sum = (ledger: Ledger, subject: 'agent' | 'queue', id: string) =>
  ledger.sum(subject, id, 480_000 * hour, 480_001 * hour);

it('a caller who is taken over is answered by one agent and done by the other, whose rest is for the queue', () => {
  const ledger = takenOverBy('Olga');
  assert.partialDeepStrictEqual(sum(ledger, 'agent', 'Mira'), { answered: 1, done: 0, talkMs: 0 });
  assert.partialDeepStrictEqual(sum(ledger, 'agent', 'Olga'), { answered: 0, done: 1, talkMs: 30 * second });
  assert.partialDeepStrictEqual(sum(ledger, 'queue', 'orders'), {
    answered: 1,
    done: 1,
    talkMs: 30 * second,
    wrapUpMs: 5 * second,
  });
});

it('a caller who is taken over by nobody in particular is in the figures of the queue, and of no agent', () => {
  const ledger = takenOverBy(nilId);
  assert.deepEqual(sum(ledger, 'agent', nilId), emptyTally.agent());
  assert.partialDeepStrictEqual(sum(ledger, 'queue', 'orders'), {
    answered: 1,
    done: 1,
    talkMs: 30 * second,
  });
});
