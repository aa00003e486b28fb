import { asleep, type DeadlineHeap } from './deadline-heap.ts';
import type { RequestEnvelope } from '../envelope.ts';
import { beginInviteServer, inviteServer, type ServerEffect, type ServerInput } from './invite-server.ts';
import { acceptsAck, cancelledKey, serverKey } from './matching.ts';
import { beginNonInviteServer, nonInviteServer } from './non-invite-server.ts';
import { fallbackPath, isReliable, type Path, responsePath } from './path.ts';
import { type Running, run } from './step.ts';
import { type Transaction, TransactionTable } from './transaction-table.ts';
import type { TimerValues } from './timer-values.ts';

/** Who answers the request; told what the machine reports. */
export interface ServerUser {
  /** The response cannot be delivered; the transaction lives on until its timers end it (RFC 6026 section 7.1). */
  transportFailed?(now: number): void;
  /** A CANCEL came for it (RFC 3261 section 9.2); it has its own response already. */
  cancelled?(cancel: RequestEnvelope, now: number): void;
  /** The transaction is forgotten. */
  ended?(): void;
}

/** What a request is to the transactions there are. `ackOf2xx`: an ACK with the branch of an accepted INVITE. */
export type RequestMatch = 'new' | 'absorbed' | 'ackOf2xx';

export interface TransactionDeps {
  readonly timers: TimerValues;
  readonly deadlines: DeadlineHeap;
  send(path: Path, bytes: Uint8Array): void;
}

/** One server transaction: the machine, the latest response and where it goes. The request itself is not kept. */
export class ServerTransaction implements Transaction<ServerInput, ServerEffect> {
  heapIndex = asleep;
  heapAt = 0;
  readonly key: string;
  readonly method: string;
  readonly user: ServerUser;
  readonly machine: Running<ServerInput, ServerEffect>;
  /** Where responses go. */
  path: Path;
  /** Where they go when `path` fails; used once. */
  fallback: Path | undefined;
  /** To tag of our responses: for the ACK of an RFC 2543 peer and the response to a CANCEL. */
  toTag = '';
  response: Uint8Array | undefined;
  readonly #owner: ServerTransactions;

  constructor(
    owner: ServerTransactions,
    envelope: RequestEnvelope,
    path: Path,
    machine: Running<ServerInput, ServerEffect>,
    user: ServerUser,
  ) {
    this.#owner = owner;
    this.key = serverKey(envelope);
    this.method = envelope.message.method;
    this.machine = machine;
    this.user = user;
    this.path = responsePath(path, envelope.via);
    this.fallback = fallbackPath(path, envelope.via);
  }

  wake(now: number): void {
    this.#owner.input(this, { kind: 'timer' }, now);
  }
}

/** The server side of the transaction layer (RFC 3261 section 17.2). */
export class ServerTransactions {
  readonly #deps: TransactionDeps;
  readonly table: TransactionTable<ServerInput, ServerEffect, ServerTransaction>;

  constructor(deps: TransactionDeps) {
    this.#deps = deps;
    this.table = new TransactionTable(deps.deadlines);
  }

  /** Gives a retransmission or an ACK to its transaction; `new` is for the caller to take or refuse. */
  receive(envelope: RequestEnvelope, now: number): RequestMatch {
    const transaction = this.table.find(serverKey(envelope));
    if (transaction === undefined) return 'new';
    if (envelope.message.method !== 'ACK') {
      this.input(transaction, { kind: 'request' }, now);
      return 'absorbed';
    }
    if (!acceptsAck(envelope, transaction.toTag)) return 'new';
    return this.input(transaction, { kind: 'ack' }, now).includes('deliverAck') ? 'ackOf2xx' : 'absorbed';
  }

  /** Makes the transaction of a `new` request. */
  begin(envelope: RequestEnvelope, path: Path, user: ServerUser, now: number): ServerTransaction {
    const { timers } = this.#deps;
    const machine =
      envelope.message.method === 'INVITE'
        ? run(inviteServer, beginInviteServer(isReliable(path)), timers)
        : run(nonInviteServer, beginNonInviteServer(isReliable(path), now, timers), timers);
    const transaction = new ServerTransaction(this, envelope, path, machine, user);
    this.table.add(transaction);
    return transaction;
  }

  /** Sends a response through the transaction, unless its state forbids it. */
  respond(
    transaction: ServerTransaction,
    status: number,
    toTag: string,
    bytes: Uint8Array,
    now: number,
  ): void {
    const before = transaction.response;
    transaction.response = bytes;
    transaction.toTag = toTag;
    const effects = this.input(transaction, { kind: 'respond', status }, now);
    if (!effects.includes('send')) transaction.response = before;
  }

  /** The INVITE transaction a CANCEL is about (RFC 3261 section 9.2). */
  findCancelled(cancel: RequestEnvelope): ServerTransaction | undefined {
    return this.table.find(cancelledKey(cancel));
  }

  /** Moves what can be moved to another path; tells the others. */
  transportFailed(failed: Path, now: number): void {
    for (const transaction of this.table.onPath(failed)) {
      const { fallback } = transaction;
      if (fallback === undefined) this.input(transaction, { kind: 'transportError' }, now);
      else {
        transaction.fallback = undefined;
        this.table.move(transaction, fallback);
      }
    }
  }

  input(transaction: ServerTransaction, input: ServerInput, now: number): readonly ServerEffect[] {
    return this.table.input(transaction, input, now, (effect) => this.#perform(transaction, effect, now));
  }

  #perform(transaction: ServerTransaction, effect: ServerEffect, now: number): void {
    switch (effect) {
      case 'send':
        if (transaction.response !== undefined) this.#deps.send(transaction.path, transaction.response);
        return;
      case 'transportError':
        transaction.user.transportFailed?.(now);
        return;
      case 'deliverAck': // The return value of `receive`.
      case 'timeout': // No ACK for a refusal: nothing is left to do about it.
        return;
    }
  }
}
