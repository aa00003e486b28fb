import { advanced } from '../dialog/dialog.ts';
import { routeOf } from '../dialog/routing.ts';
import type { DigestClient } from '../digest-client.ts';
import type { Headers, SipRequest } from '../message.ts';
import { printMessage } from '../print.ts';
import type { ClientUser } from '../transaction/client-transactions.ts';
import type { ResponseEnvelope } from '../envelope.ts';
import type { Path } from '../transaction/path.ts';
import type { Leg, SentAck } from './call-record.ts';
import { type EngineContext, newBranch } from './context.ts';
import { nextHopPath } from './next-hop.ts';
import type { EndCause } from './output.ts';
import { buildRequest } from './request-builder.ts';
import type { HeaderPair, MessageBody } from './response-builder.ts';

/** A request inside of a dialog, apart from what the dialog itself supplies. */
export interface DialogRequest {
  readonly method: string;
  readonly headers?: readonly HeaderPair[];
  readonly body?: MessageBody;
}

/** How a request inside of a dialog ended. */
export type DialogOutcome =
  | { readonly kind: 'response'; readonly status: number; readonly headers: Headers }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'transport' };

export type OutcomeHandler = (outcome: DialogOutcome, now: number) => void;

/**
 * Sends a request inside of a dialog (RFC 3261 section 12.2.1) and reports how it ended, exactly once. A challenge is
 * answered once when there are credentials.
 */
export function sendInDialog(
  context: EngineContext,
  leg: Leg,
  digest: DigestClient | undefined,
  wanted: DialogRequest,
  done: OutcomeHandler,
  now: number,
): void {
  attempt(context, leg, digest, wanted, done, now, true);
}

function attempt(
  context: EngineContext,
  leg: Leg,
  digest: DigestClient | undefined,
  wanted: DialogRequest,
  done: OutcomeHandler,
  now: number,
  mayRetry: boolean,
): void {
  leg.dialog = advanced(leg.dialog);
  const branch = newBranch(context);
  const { request, path } = buildInDialog(context, leg, wanted, leg.dialog.localSeq, branch, credentials);
  const user: ClientUser = {
    response: (response, at) => {
      if (response.message.status < 200) return;
      if (mayRetry && isAnswerable(digest, request, response)) {
        attempt(context, leg, digest, wanted, done, at, false);
      } else {
        const { status, headers } = response.message;
        done({ kind: 'response', status, headers }, at);
      }
    },
    failed: (cause, at) => done({ kind: cause }, at),
  };
  context.clients.begin({ request, branch, sentBy: context.config.local(path), path, user }, now);

  function credentials(uri: string): readonly HeaderPair[] {
    const fields = digest?.authorize({ method: wanted.method, uri }) ?? [];
    return fields.map(({ name, value }) => [name, value]);
  }
}

/** 481, 408 and silence mean that the peer has lost the dialog (RFC 3261 section 12.2.1.2). */
export function fatalCause(outcome: DialogOutcome): EndCause | undefined {
  if (outcome.kind === 'timeout') return { kind: 'timeout', status: 408 };
  if (outcome.kind !== 'response') return undefined;
  if (outcome.status === 408) return { kind: 'timeout', status: 408 };
  return outcome.status === 481 ? { kind: 'protocol', status: 481 } : undefined;
}

/** Whether a response is a challenge for which there are credentials not refused before (section 22). */
export function isAnswerable(
  digest: DigestClient | undefined,
  request: SipRequest,
  response: ResponseEnvelope,
): boolean {
  const { status } = response.message;
  if (digest === undefined || (status !== 401 && status !== 407)) return false;
  return digest.challenged(request, response.message).ok;
}

/**
 * The ACK of a 2xx: a request of the dialog, but with the number and the credentials of the INVITE, and without a
 * transaction (section 13.2.2.4, 22.1).
 */
export function ackOf2xx(context: EngineContext, leg: Leg, invite: SipRequest, cseq: number): SentAck {
  const proven: HeaderPair[] = [];
  for (const name of ['Authorization', 'Proxy-Authorization']) {
    for (const value of invite.headers.all(name)) proven.push([name, value]);
  }
  const { request, path } = buildInDialog(
    context,
    leg,
    { method: 'ACK' },
    cseq,
    newBranch(context),
    () => proven,
  );
  return { path, bytes: printMessage(request) };
}

/** Where a request inside of a dialog goes. */
export function dialogPath(context: EngineContext, leg: Leg): Path {
  const { routes, nextHop } = routeOf(leg.dialog);
  const direct = leg.natted && routes.length === 0;
  return direct ? leg.path : nextHopPath(nextHop, leg.path, context.config);
}

export function buildInDialog(
  context: EngineContext,
  leg: Leg,
  wanted: DialogRequest,
  cseq: number,
  branch: string,
  credentials: (requestUri: string) => readonly HeaderPair[],
): { readonly request: SipRequest; readonly path: Path } {
  const { dialog } = leg;
  const { requestUri, routes } = routeOf(dialog);
  const path = dialogPath(context, leg);
  const request = buildRequest(
    {
      method: wanted.method,
      requestUri,
      path,
      sentBy: context.config.local(path),
      branch,
      from: dialog.localParty,
      to: dialog.remoteParty,
      callId: dialog.callId,
      cseq,
      routes,
      headers: [...credentials(requestUri), ...(wanted.headers ?? [])],
      ...(wanted.body !== undefined && { body: wanted.body }),
    },
    context.config.userAgent,
  );
  return { request, path };
}
