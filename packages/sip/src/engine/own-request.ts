import { createDigestClient, type DigestClient } from '../digest-client.ts';
import { printNameAddr } from '../headers/name-addr.ts';
import { noParams } from '../headers/tokens.ts';
import { printHostPort } from '../host.ts';
import { Headers, type SipRequest } from '../message.ts';
import type { Path } from '../transaction/path.ts';
import { type EngineContext, newBranch } from './context.ts';
import { isAnswerable } from './dialog-client.ts';
import { assertExtraHeaders } from './extra-headers.ts';
import { hasRoomForNewWork } from './load.ts';
import type { RequestId, ResponseOrigin } from './output.ts';
import { buildRequest } from './request-builder.ts';
import type { HeaderPair, MessageBody } from './response-builder.ts';

export interface OutgoingParty {
  readonly displayName?: string;
  readonly uri: string;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** A request outside of any dialog: OPTIONS, REGISTER, MESSAGE ... */
export interface OutgoingRequest {
  /** Not INVITE, ACK or CANCEL; they throw. */
  readonly method: string;
  /** Request-URI. */
  readonly uri: string;
  /** Where it goes. */
  readonly nextHop: Path;
  /** Default: our address on that path. */
  readonly from?: OutgoingParty;
  /** Default: `uri`. */
  readonly to?: OutgoingParty;
  /** Further headers; a name for which `isExtraHeader` is false throws. */
  readonly headers?: readonly HeaderPair[];
  readonly body?: MessageBody;
  /** For 401 and 407, each once. */
  readonly credentials?: Credentials;
  /** To go on with the Call-ID and number of an earlier one, as registrations do (RFC 3261 section 10.2). */
  readonly callId?: string;
  readonly cseq?: number;
}

/** A proxy and the called party may each ask once. */
const maxChallenges = 2;

export function digestFor(context: EngineContext, credentials: Credentials): DigestClient {
  const { hash, token } = context.deps;
  const { username, password } = credentials;
  return createDigestClient({ hash, token, username, secret: { kind: 'password', password } });
}

/** What stays the same when the request is sent again with credentials. */
interface Errand {
  readonly id: RequestId;
  readonly wanted: OutgoingRequest;
  readonly callId: string;
  readonly from: string;
  readonly to: string;
  readonly digest: DigestClient | undefined;
}

/** Sends a request outside of a dialog (RFC 3261 section 8.1). Exactly one `response` follows. */
export function startRequest(context: EngineContext, wanted: OutgoingRequest, now: number): RequestId {
  if (['INVITE', 'ACK', 'CANCEL'].includes(wanted.method)) {
    throw new Error(`SIP engine: ${wanted.method} is no request of its own`);
  }
  assertExtraHeaders(wanted.headers);
  const { token } = context.deps;
  const { credentials } = wanted;
  const from = wanted.from ?? { uri: ownUri(context, wanted.nextHop) };
  const errand: Errand = {
    id: token() as RequestId,
    wanted,
    callId: wanted.callId ?? token(),
    from: printNameAddr({ ...from, params: new Map([['tag', token()]]) }),
    to: printNameAddr({ ...(wanted.to ?? { uri: wanted.uri }), params: noParams }),
    digest: credentials && digestFor(context, credentials),
  };
  if (hasRoomForNewWork(context)) attempt(context, errand, wanted.cseq ?? 1, 0, now);
  else conclude(context, errand, wanted.cseq ?? 1, 503, 'overload');
  return errand.id;
}

function ownUri(context: EngineContext, path: Path): string {
  const { address } = context.config.local(path);
  return `sip:${printHostPort(address, undefined)}`;
}

function attempt(
  context: EngineContext,
  errand: Errand,
  cseq: number,
  challenges: number,
  now: number,
): void {
  const { nextHop } = errand.wanted;
  const branch = newBranch(context);
  const sentBy = context.config.local(nextHop);
  const request = build(context, errand, cseq, branch);
  context.clients.begin(
    {
      request,
      branch,
      sentBy,
      path: nextHop,
      user: {
        response: (response, at) => {
          const { status, headers, body } = response.message;
          if (status < 200) return;
          if (challenges < maxChallenges && isAnswerable(errand.digest, request, response)) {
            return attempt(context, errand, cseq + 1, challenges + 1, at);
          }
          conclude(context, errand, cseq, status, 'peer', headers, body);
        },
        // RFC 3261 section 8.1.3.1.
        failed: (cause) => conclude(context, errand, cseq, cause === 'timeout' ? 408 : 503, cause),
      },
    },
    now,
  );
}

function build(context: EngineContext, errand: Errand, cseq: number, branch: string): SipRequest {
  const { wanted, digest } = errand;
  const { method, uri, nextHop } = wanted;
  const credentials = digest?.authorize({ method, uri }) ?? [];
  return buildRequest(
    {
      method,
      requestUri: uri,
      path: nextHop,
      sentBy: context.config.local(nextHop),
      branch,
      from: errand.from,
      to: errand.to,
      callId: errand.callId,
      cseq,
      routes: [],
      headers: [
        ...credentials.map(({ name, value }): HeaderPair => [name, value]),
        ...(wanted.headers ?? []),
      ],
      ...(wanted.body !== undefined && { body: wanted.body }),
    },
    context.config.userAgent,
  );
}

function conclude(
  context: EngineContext,
  errand: Errand,
  cseq: number,
  status: number,
  origin: ResponseOrigin,
  headers = new Headers(),
  body: Uint8Array = new Uint8Array(0),
): void {
  context.outbox.push({ kind: 'response', request: errand.id, status, origin, headers, body, cseq });
}
