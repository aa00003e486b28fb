import { type CommitOutcome, Draft, type Put } from '@parley/core';
import type { Authentication } from './authentication.ts';
import type { HttpDeps } from './deps.ts';
import { type Outcome, refuse } from './outcome.ts';
import { isBrokenCommit } from '../store/store-error.ts';
import { StoreUnavailable } from './store-access.ts';

/** Races lost in a row before the client is asked to try again: more means that something else is wrong. */
const attempts = 5;

/** Longer than any disk takes that works; shorter than HTTP clients usually wait. */
const patienceMs = 10_000;

const lateMessage = 'the change is not durable yet and may become so later; read before you send it again';

/** Reads, decides, and notes the decision on the draft. It is called again when it lost a race. */
export type Decide<T> = (draft: Draft) => Promise<Outcome<T>>;

/** Carries a decision through: commits it, and decides again on what is stored by then whenever a race was lost. */
export type Change = <T>(resource: string, decide: Decide<T>) => Promise<Outcome<T>>;

export function createChange(
  deps: Pick<HttpDeps, 'submit' | 'clock' | 'chance' | 'onCustomerChanged'>,
  authentication: Pick<Authentication, 'forget'>,
): Change {
  return async (resource, decide) => {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const draft = new Draft(deps.clock.now(), deps.chance);
      const decided = await decide(draft);
      if (!decided.ok) return decided;
      const outcome = await inTime(deps.clock, submit(deps, authentication, draft));
      if (outcome.ok) return decided;
      const taken = outcome.lost.why === 'taken' ? takenOf(draft.puts, outcome.lost) : undefined;
      if (taken !== undefined) return taken;
    }
    return refuse('CONFLICT', { resource });
  };
}

/** What a change makes out of date is forgotten when it is durable, even if nobody waits for that any more. */
async function submit(
  deps: Pick<HttpDeps, 'submit' | 'onCustomerChanged'>,
  authentication: Pick<Authentication, 'forget'>,
  draft: Draft,
): Promise<CommitOutcome> {
  try {
    const outcome = await deps.submit(draft);
    if (outcome.ok) settle(deps, authentication, draft.puts);
    return outcome;
  } catch (failure) {
    if (isBrokenCommit(failure)) throw failure;
    throw new StoreUnavailable('nothing can be written at present', failure);
  }
}

/** The pipeline tries for as long as it takes; a client is told after a time that it has taken long. */
function inTime<T>(clock: HttpDeps['clock'], work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(patienceMs, () => reject(new StoreUnavailable(lateMessage, undefined)));
    work.then(resolve, reject).finally(cancel);
  });
}

function settle(
  deps: Pick<HttpDeps, 'onCustomerChanged'>,
  authentication: Pick<Authentication, 'forget'>,
  puts: readonly Put[],
): void {
  authentication.forget(puts);
  for (const put of puts) if (put.kind === 'customer') deps.onCustomerChanged(put.row);
}

/** What to say when the key of this row is another's; undefined: its keys are made by chance. */
function takenOf(puts: readonly Put[], lost: Pick<Put, 'kind'> & { readonly id: string }) {
  const put = puts.find(({ kind, row }) => kind === lost.kind && row.id === lost.id);
  if (put?.kind === 'number') return refuse('NUMBER_TAKEN', { number: put.row.number });
  if (put?.kind === 'extension') return refuse('EXTENSION_TAKEN', { extension: put.row.extension });
  if (put?.kind === 'login') return refuse('USERNAME_TAKEN', { username: put.row.username });
  if (put?.kind === 'trunk') return refuse('DOMAIN_TAKEN', { domain: put.row.domain_name });
  return undefined;
}
