import { Headers, type SipRequest, type SipResponse } from '../message.ts';
import { printMessage } from '../print.ts';
import { asleep } from './deadline-heap.ts';
import type { ResponseEnvelope } from '../envelope.ts';
import type { ClientEffect, ClientInput } from './client-waiting.ts';
import { beginInviteClient, inviteClient } from './invite-client.ts';
import { clientKey } from './matching.ts';
import { beginNonInviteClient, nonInviteClient } from './non-invite-client.ts';
import { type Address, defaultPort, isReliable, isWebSocket, type Path } from './path.ts';
import type { TransactionDeps } from './server-transactions.ts';
import { type Running, run } from './step.ts';
import { type Transaction, TransactionTable } from './transaction-table.ts';

export interface ClientUser {
  /** A response the user has not seen; for an INVITE every 2xx, also a repeated one. */
  response(response: ResponseEnvelope, now: number): void;
  /** No final response will come. */
  failed(cause: 'timeout' | 'transport', now: number): void;
  /** The transaction is forgotten. */
  ended?(): void;
}

export interface ClientRequest {
  /** Complete, our Via on top. */
  readonly request: SipRequest;
  /** Branch and sent-by of that Via: what a response must bring back (RFC 3261 sections 17.1.3 and 18.1.2). */
  readonly branch: string;
  readonly sentBy: Address;
  readonly path: Path;
  readonly user: ClientUser;
}

/** One client transaction: the machine, the bytes to repeat, and the request as long as an ACK may be made from it. */
export class ClientTransaction implements Transaction<ClientInput, ClientEffect> {
  heapIndex = asleep;
  heapAt = 0;
  readonly key: string;
  readonly sentBy: Address;
  path: Path;
  readonly user: ClientUser;
  readonly machine: Running<ClientInput, ClientEffect>;
  /** What is sent, and sent again; undefined: nothing more. */
  bytes: Uint8Array | undefined;
  /** Only for INVITE. */
  request: SipRequest | undefined;
  ack: Uint8Array | undefined;
  readonly #owner: ClientTransactions;

  constructor(owner: ClientTransactions, fields: ClientRequest, machine: Running<ClientInput, ClientEffect>) {
    const { request } = fields;
    this.#owner = owner;
    this.key = clientKey(fields.branch, request.method);
    this.sentBy = fields.sentBy;
    this.path = fields.path;
    this.user = fields.user;
    this.machine = machine;
    this.bytes = printMessage(request);
    this.request = request.method === 'INVITE' ? request : undefined;
  }

  wake(now: number): void {
    this.#owner.input(this, { kind: 'timer' }, undefined, now);
  }
}

/** The client side of the transaction layer (RFC 3261 section 17.1). */
export class ClientTransactions {
  readonly #deps: TransactionDeps;
  readonly table: TransactionTable<ClientInput, ClientEffect, ClientTransaction>;

  constructor(deps: TransactionDeps) {
    this.#deps = deps;
    this.table = new TransactionTable(deps.deadlines);
  }

  /** Sends the request and keeps at it until there is an answer, a time-out or a broken transport. */
  begin(fields: ClientRequest, now: number): ClientTransaction {
    const { timers } = this.#deps;
    const reliable = isReliable(fields.path);
    if (fields.request.method === 'INVITE') {
      const first = beginInviteClient(reliable, now, timers);
      return this.#admit(fields, run(inviteClient, first.state, timers), first.effects, now);
    }
    const first = beginNonInviteClient(reliable, now, timers);
    return this.#admit(fields, run(nonInviteClient, first.state, timers), first.effects, now);
  }

  /** False: no transaction of ours asked for this response; it is dropped (RFC 6026 section 8.9). */
  receive(response: ResponseEnvelope, now: number): boolean {
    const transaction = this.table.find(clientKey(response.branch, response.cseq.method));
    if (transaction === undefined || !isSentBy(transaction, response)) return false;
    this.input(transaction, { kind: 'response', status: response.message.status }, response, now);
    return true;
  }

  transportFailed(failed: Path, now: number): void {
    for (const transaction of this.table.onPath(failed)) {
      if (!canStillAnswer(transaction)) this.input(transaction, { kind: 'transportError' }, undefined, now);
    }
  }

  /** Sends the request no more; what comes back is still dealt with, until the transaction ends by itself. */
  quiet(transaction: ClientTransaction): void {
    transaction.bytes = undefined;
  }

  /** Forgets a transaction whose user has lost interest; late responses are dropped. */
  abandon(transaction: ClientTransaction): void {
    this.table.forget(transaction);
  }

  input(
    transaction: ClientTransaction,
    input: ClientInput,
    response: ResponseEnvelope | undefined,
    now: number,
  ): void {
    this.table.input(transaction, input, now, (effect) => this.#perform(transaction, effect, response, now));
  }

  #admit(
    fields: ClientRequest,
    machine: ClientTransaction['machine'],
    effects: readonly ClientEffect[],
    now: number,
  ): ClientTransaction {
    const transaction = new ClientTransaction(this, fields, machine);
    this.table.add(transaction);
    for (const effect of effects) this.#perform(transaction, effect, undefined, now);
    return transaction;
  }

  #perform(
    transaction: ClientTransaction,
    effect: ClientEffect,
    response: ResponseEnvelope | undefined,
    now: number,
  ): void {
    switch (effect) {
      case 'send':
        if (transaction.bytes !== undefined) this.#deps.send(transaction.path, transaction.bytes);
        return;
      case 'ack':
        if (response !== undefined) this.#acknowledge(transaction, response.message);
        return;
      case 'deliver':
        if (response !== undefined) transaction.user.response(response, now);
        return;
      case 'timeout':
        transaction.user.failed('timeout', now);
        return;
      case 'transportError':
        transaction.user.failed('transport', now);
        return;
    }
  }

  /** The ACK of a non-2xx goes where the INVITE went, and again for each repetition (RFC 3261 section 17.1.1.3). */
  #acknowledge(transaction: ClientTransaction, response: SipResponse): void {
    const { request } = transaction;
    if (request !== undefined) transaction.ack = printMessage(ackOfFailure(request, response));
    transaction.request = undefined;
    if (transaction.ack !== undefined) this.#deps.send(transaction.path, transaction.ack);
  }
}

/** RFC 3261 section 18.1.2: a response whose Via does not name us is not for us. */
function isSentBy(transaction: ClientTransaction, response: ResponseEnvelope): boolean {
  const { host, port } = response.via;
  const { sentBy, path } = transaction;
  return host.toLowerCase() === sentBy.address.toLowerCase() && (port ?? defaultPort(path)) === sentBy.port;
}

/**
 * Once there was a provisional response, the peer can bring the final one over a connection it opens itself
 * (RFC 3261 section 18.2.2); over WebSocket it cannot.
 */
function canStillAnswer(transaction: ClientTransaction): boolean {
  const { path, machine } = transaction;
  return path.connection !== undefined && !isWebSocket(path) && machine.kind === 'proceeding';
}

/** RFC 3261 section 17.1.1.3: one Via, the To of the response, everything else from the INVITE. */
function ackOfFailure(invite: SipRequest, response: SipResponse): SipRequest {
  const headers = new Headers();
  for (const name of ['Via', 'Max-Forwards', 'From', 'Call-ID'])
    headers.add(name, invite.headers.get(name) ?? '');
  headers.add('To', response.headers.get('To') ?? '');
  headers.add('CSeq', `${Number.parseInt(invite.headers.get('CSeq') ?? '', 10)} ACK`);
  for (const route of invite.headers.all('Route')) headers.add('Route', route);
  return { kind: 'request', method: 'ACK', uri: invite.uri, headers, body: noBody };
}

const noBody = new Uint8Array(0);
