import type { ServerTransaction } from '../transaction/server-transactions.ts';
import { refusalOfExtensions, refusalOfHops, refusalOfMethod } from './admission.ts';
import type { Refusal } from './call-state.ts';
import { capabilities } from './capabilities.ts';
import { type EngineContext, isAdmitted } from './context.ts';
import { receiveInvite } from './incoming-call.ts';
import { refusalOfLoad } from './load.ts';
import type { InquiryId } from './output.ts';
import type { ReceivedRequest } from './received-request.ts';
import { noSuchDialog } from './refusals.ts';
import { replyStateless, respond } from './reply.ts';
import type { MessageBody } from './response-builder.ts';

/** A delegated request that waits for its response. */
interface Inquiry {
  readonly request: ReceivedRequest;
  readonly transaction: ServerTransaction;
}

/** Requests outside of dialogs (RFC 3261 section 8.2) and those of them that others answer. */
export class OutOfDialog {
  readonly #context: EngineContext;
  readonly #delegated: ReadonlySet<string>;
  readonly #inquiries = new Map<InquiryId, Inquiry>();

  constructor(context: EngineContext) {
    this.#context = context;
    this.#delegated = new Set(context.config.delegate);
  }

  /** Delegated requests without a response; each ends after 64 * T1 at the latest. */
  get size(): number {
    return this.#inquiries.size;
  }

  receive(request: ReceivedRequest, now: number): void {
    const context = this.#context;
    const { method } = request.envelope.message;
    if (!isAdmitted(context, request.path, method)) {
      return context.outbox.push({ kind: 'dropped', reason: 'notAdmitted' });
    }
    switch (method) {
      case 'INVITE':
        return receiveInvite(context, request, now);
      case 'OPTIONS':
        return replyStateless(context, request, this.#refusalOfOptions(request) ?? capabilities(context));
      case 'BYE':
      case 'UPDATE':
      case 'INFO':
        return replyStateless(context, request, noSuchDialog);
      case 'REFER': // Whom it would concern is not said: only calls are transferred here.
        if (!this.#delegated.has(method)) return replyStateless(context, request, { status: 403 });
        return this.#delegate(request, now);
      default:
        if (this.#delegated.has(method)) return this.#delegate(request, now);
        return replyStateless(context, request, refusalOfMethod(method, context.allow));
    }
  }

  /** False: there is no such inquiry, or it has been answered or has timed out. */
  respond(id: InquiryId, refusal: Refusal, body: MessageBody | undefined, now: number): boolean {
    const inquiry = this.#inquiries.get(id);
    if (inquiry === undefined) return false;
    if (refusal.status >= 200) this.#inquiries.delete(id);
    const parts = { ...refusal, toTag: this.#context.deps.token(), ...(body && { body }) };
    respond(this.#context, inquiry.transaction, inquiry.request, parts, now);
    return true;
  }

  #delegate(request: ReceivedRequest, now: number): void {
    const { config, deps, servers, outbox } = this.#context;
    const { message } = request.envelope;
    const refusal =
      refusalOfLoad(this.#context, request) ??
      refusalOfHops(message.headers) ??
      config.screen?.(message, request.path, now);
    if (refusal !== undefined) return replyStateless(this.#context, request, refusal);
    const inquiry = deps.token() as InquiryId;
    const ended = (): void => void this.#inquiries.delete(inquiry);
    const transaction = servers.begin(request.envelope, request.path, { ended }, now);
    this.#inquiries.set(inquiry, { request, transaction });
    outbox.push({ kind: 'outOfDialog', inquiry, request: message, path: request.path });
  }

  /** As an INVITE would be answered (section 11.2). A hop count of zero is how one asks the last hop (section 16.3). */
  #refusalOfOptions(request: ReceivedRequest): Refusal | undefined {
    return refusalOfLoad(this.#context, request) ?? refusalOfExtensions(request.envelope.message.headers);
  }
}
