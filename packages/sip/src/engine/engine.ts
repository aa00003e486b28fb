import { ClientTransactions } from '../transaction/client-transactions.ts';
import { DeadlineHeap } from '../transaction/deadline-heap.ts';
import type { Address, Path } from '../transaction/path.ts';
import { ServerTransactions, type TransactionDeps } from '../transaction/server-transactions.ts';
import { ownMethods } from './admission.ts';
import type { CallRecord } from './call-record.ts';
import { CallTable } from './call-table.ts';
import { type CommandResult, unknownCall } from './command-result.ts';
import { announce, answer, hangup, info, type MediaResult, reject, renegotiate, ring } from './commands.ts';
import { resolveConfig, type SipEngineConfig, type SipEngineDeps } from './config.ts';
import type { EngineContext } from './context.ts';
import { receiveBytes } from './intake.ts';
import { InviteLedger } from './invite-ledger.ts';
import { OutOfDialog } from './out-of-dialog.ts';
import { Outbox } from './outbox.ts';
import { type OutgoingCall, startCall } from './outgoing-call.ts';
import type { CallId, InquiryId, RequestId, SipOutput } from './output.ts';
import { type OutgoingRequest, startRequest } from './own-request.ts';
import type { HangupReason } from './reason-header.ts';
import type { HeaderPair, MessageBody } from './response-builder.ts';
import type { MediaChange } from './session.ts';
import { refreshSession } from './session-refresh.ts';
import { acceptTransfer, rejectTransfer, transferProgress } from './transfer.ts';

/**
 * SIP as an engine without I/O. Give it bytes and time, then fetch what it wants with `next` until there is nothing,
 * and wake it at `wakeAt`. `now` is monotonic, in milliseconds, and never goes back.
 */
export interface SipEngine {
  /** One datagram, or one message cut from a stream. */
  receive(bytes: Uint8Array, path: Path, now: number): void;
  /** A connection broke, could not be opened, or a datagram could not be sent: the path of the `send` output. */
  transportFailed(path: Path, now: number): void;
  /** When to call `wake`; undefined when nothing waits. Costs nothing. */
  wakeAt(): number | undefined;
  wake(now: number): void;
  /** The next output, in order. */
  next(): SipOutput | undefined;

  /** 180 Ringing. */
  ring(call: CallId, now: number): CommandResult;
  /** 183 with our answer to the offer of the INVITE: early media; `local` is where we receive. */
  progress183(call: CallId, local: Address, now: number): MediaResult;
  /** 200; `media` is undefined where the caller's answer comes with the ACK (`acknowledged`). */
  answer(call: CallId, local: Address, now: number): MediaResult;
  /** 300-699. */
  reject(
    call: CallId,
    status: number,
    reason: string | undefined,
    now: number,
    headers?: readonly HeaderPair[],
  ): CommandResult;
  /** BYE, CANCEL or refusal, whichever the state asks for. `ended` follows at once, also when a BYE still has to wait. */
  hangup(call: CallId, now: number, reason?: HangupReason): CommandResult;
  /** Makes a call. Its outcome, a refusal for lack of room too, comes as outputs. */
  call(wanted: OutgoingCall, now: number): CallId;
  info(call: CallId, contentType: string, body: Uint8Array, now: number): CommandResult;
  /**
   * Puts the peer on hold by re-INVITE: `sendonly`, as there may be music for it, or `inactive`. Like `resume` and
   * `renegotiate` for an answered call; `mediaChanged`, `renegotiationFailed` or the end of the call follows. One that
   * comes while another is under way follows it; several are put together, the later wins, and one outcome is told.
   */
  hold(call: CallId, now: number, direction?: 'sendonly' | 'inactive'): CommandResult;
  /** Ends a hold of ours. */
  resume(call: CallId, now: number): CommandResult;
  /** Receives elsewhere from now on, or wants another direction; what is absent stays. */
  renegotiate(call: CallId, change: MediaChange, now: number): CommandResult;
  /** 202 to the REFER of `transferRequested`, and a NOTIFY that it is being tried. */
  acceptTransfer(call: CallId, now: number): CommandResult;
  /** 300-699 to the REFER. Without a decision it is refused with 480 after 20 s. */
  rejectTransfer(call: CallId, status: number, now: number): CommandResult;
  /** Tells the peer how the call to the target goes (100-699); a final status is the last word. */
  transferProgress(call: CallId, status: number, now: number): CommandResult;
  /** Sends a request outside of any dialog; `response` follows, whatever happens. */
  request(wanted: OutgoingRequest, now: number): RequestId;
  /** Answers a delegated request; false when it is too late or was answered before. */
  respond(
    inquiry: InquiryId,
    status: number,
    reason: string | undefined,
    now: number,
    headers?: readonly HeaderPair[],
    body?: MessageBody,
  ): boolean;

  sizes(): EngineSizes;
  /** Inputs dropped so far because outputs were not fetched (`maxPendingOutputs`). */
  discarded(): number;
}

/** Entries of every table; all zero when nothing is going on. */
export interface EngineSizes {
  readonly calls: number;
  /** Calls, and dialogs whose BYE is not answered yet. */
  readonly dialogs: number;
  readonly serverTransactions: number;
  readonly clientTransactions: number;
  /** Paths on which transactions depend. */
  readonly paths: number;
  readonly inquiries: number;
  readonly deadlines: number;
  /** Known INVITEs and their sources. */
  readonly ledger: number;
  readonly outputs: number;
}

/** Throws on a configuration with which it could not work. */
export function createSipEngine(config: SipEngineConfig, deps: SipEngineDeps): SipEngine {
  const context = createContext(config, deps);
  const { outbox, deadlines, servers, clients, calls, ledger } = context;
  const outside = new OutOfDialog(context);
  let discarded = 0;

  function on<Result>(call: CallId, command: (record: CallRecord) => Result): Result | typeof unknownCall {
    const record = calls.find(call);
    return record === undefined ? unknownCall : command(record);
  }

  return {
    receive(bytes, path, now) {
      if (outbox.full) discarded += 1;
      else receiveBytes(context, outside, bytes, path, now);
    },
    transportFailed(path, now) {
      servers.transportFailed(path, now);
      clients.transportFailed(path, now);
    },
    wakeAt: () => deadlines.next(),
    wake(now) {
      if (!outbox.full) deadlines.wakeDue(now);
    },
    next: () => outbox.next(),
    ring: (call, now) => on(call, (record) => ring(context, record, now)),
    progress183: (call, local, now) => on(call, (record) => announce(context, record, local, now)),
    answer: (call, local, now) => on(call, (record) => answer(context, record, local, now)),
    reject: (call, status, reason, now, headers) =>
      on(call, (record) => reject(context, record, refusalOf(status, reason, headers), now)),
    hangup: (call, now, reason) => on(call, (record) => hangup(context, record, reason ?? {}, now)),
    call: (wanted, now) => startCall(context, wanted, now),
    info: (call, contentType, bytes, now) =>
      on(call, (record) => info(context, record, { contentType, bytes }, now)),
    hold: (call, now, direction = 'sendonly') =>
      on(call, (record) => renegotiate(context, record, { direction }, now)),
    resume: (call, now) => on(call, (record) => renegotiate(context, record, { direction: 'sendrecv' }, now)),
    renegotiate: (call, change, now) => on(call, (record) => renegotiate(context, record, change, now)),
    acceptTransfer: (call, now) => on(call, (record) => acceptTransfer(record, now)),
    rejectTransfer: (call, status, now) => on(call, (record) => rejectTransfer(record, { status }, now)),
    transferProgress: (call, status, now) => on(call, (record) => transferProgress(record, status, now)),
    request: (wanted, now) => startRequest(context, wanted, now),
    respond: (inquiry, status, reason, now, headers, body) =>
      outside.respond(inquiry, refusalOf(status, reason, headers), body, now),
    sizes: () => ({
      calls: calls.live,
      dialogs: calls.dialogs,
      serverTransactions: servers.table.size,
      clientTransactions: clients.table.size,
      paths: servers.table.paths + clients.table.paths,
      inquiries: outside.size,
      deadlines: deadlines.size,
      ledger: ledger.size,
      outputs: outbox.size,
    }),
    discarded: () => discarded,
  };
}

function createContext(config: SipEngineConfig, deps: SipEngineDeps): EngineContext {
  const resolved = resolveConfig(config);
  const outbox = new Outbox(resolved.limits.maxPendingOutputs);
  const deadlines = new DeadlineHeap();
  const transactionDeps: TransactionDeps = {
    timers: resolved.timers,
    deadlines,
    send: (path, bytes) => outbox.push({ kind: 'send', path, bytes }),
  };
  const context: EngineContext = {
    config: resolved,
    deps,
    outbox,
    deadlines,
    servers: new ServerTransactions(transactionDeps),
    clients: new ClientTransactions(transactionDeps),
    calls: new CallTable(),
    ledger: new InviteLedger(),
    secret: deps.token(),
    allow: [...ownMethods, ...resolved.delegate].join(', '),
    refreshSession: (record, now) => refreshSession(context, record, now),
  };
  return context;
}

function refusalOf(status: number, reason: string | undefined, headers: readonly HeaderPair[] | undefined) {
  return { status, ...(reason !== undefined && { reason }), ...(headers !== undefined && { headers }) };
}
