import { type NameAddr, parseNameAddr, printNameAddr } from '../headers/name-addr.ts';
import { noParams, parseDigits } from '../headers/tokens.ts';
import type { Credentials, OutgoingParty, OutgoingRequest } from '../engine/own-request.ts';
import type { RequestId, SipOutput } from '../engine/output.ts';
import type { HeaderPair } from '../engine/response-builder.ts';
import type { Headers } from '../message.ts';
import type { Path } from '../transaction/path.ts';
import { parseUri, uriEquals } from '../uri.ts';
import {
  type RegistrationInput,
  registrationWakeAt,
  type RegistrationStatus,
  stepRegistration,
  unregistered,
} from './registration-machine.ts';

export interface RegistrationWish {
  /** Request-URI: the registrar's domain, without user (`sip:carrier.example`). */
  readonly registrar: string;
  /** The address of record: From and To. */
  readonly account: OutgoingParty;
  /** Where calls for it reach us, a URI. */
  readonly contact: string;
  readonly nextHop: Path;
  readonly credentials?: Credentials;
  /** How long to ask for, in seconds; the registrar may grant less, or want more (423). */
  readonly expiresS: number;
  /** Further headers of each REGISTER. */
  readonly headers?: readonly HeaderPair[];
}

export interface RegistrationDeps {
  /** `engine.request`. */
  request(wanted: OutgoingRequest, now: number): RequestId;
  /** Fresh hex, for the Call-ID. */
  token(): string;
  /** 0 up to 1. */
  chance(): number;
  /** Something has changed; `serviceRoute` is what the registrar wants our calls to take (RFC 3608). */
  report(status: RegistrationStatus, serviceRoute: readonly string[]): void;
}

/** Keeps us registered with a registrar of others. Pure like the engine: time comes in, requests go out. */
export interface RegistrationClient {
  /** Registers and keeps registered; again: at once. */
  register(now: number): void;
  /** Takes the registration back. */
  unregister(now: number): void;
  /** Give it every `response` of the engine; false: not one of its own. */
  receive(response: ResponseOutput, now: number): boolean;
  /** When to call `wake`; undefined when nothing waits. */
  wakeAt(): number | undefined;
  wake(now: number): void;
}

type ResponseOutput = Extract<SipOutput, { kind: 'response' }>;

export function createRegistrationClient(wish: RegistrationWish, deps: RegistrationDeps): RegistrationClient {
  const callId = deps.token();
  let state = unregistered;
  let cseq = 0;
  let pending: RequestId | undefined;
  let serviceRoute: readonly string[] = [];

  function input(given: RegistrationInput, now: number): void {
    const step = stepRegistration(state, given, now);
    state = step.state;
    for (const effect of step.effects) {
      if (effect.kind === 'send') send(effect.expiresS, now);
      else deps.report(effect.status, serviceRoute);
    }
  }

  function send(expiresS: number, now: number): void {
    cseq += 1;
    pending = deps.request(registerOf(wish, callId, cseq, expiresS), now);
  }

  return {
    register: (now) => input({ kind: 'register', expiresS: wish.expiresS }, now),
    unregister: (now) => input({ kind: 'unregister' }, now),
    receive(response, now) {
      if (response.request !== pending) return false;
      pending = undefined;
      cseq = response.cseq;
      if (isAccepted(response)) serviceRoute = response.headers.all('Service-Route');
      input(outcomeOf(wish, response, deps.chance()), now);
      return true;
    },
    wakeAt: () => registrationWakeAt(state),
    wake: (now) => input({ kind: 'timer' }, now),
  };
}

function registerOf(wish: RegistrationWish, callId: string, cseq: number, expiresS: number): OutgoingRequest {
  const { registrar, account, contact, nextHop, credentials, headers } = wish;
  return {
    method: 'REGISTER',
    uri: registrar,
    nextHop,
    from: account,
    to: account,
    callId,
    cseq,
    headers: [
      ['Contact', printNameAddr({ uri: contact, params: noParams })],
      ['Expires', String(expiresS)],
      ...(headers ?? []),
    ],
    ...(credentials !== undefined && { credentials }),
  };
}

function isAccepted(response: ResponseOutput): boolean {
  return response.status >= 200 && response.status < 300;
}

function outcomeOf(wish: RegistrationWish, response: ResponseOutput, chance: number): RegistrationInput {
  const { status, headers } = response;
  if (status === 423) {
    return { kind: 'tooBrief', minExpiresS: seconds(headers.get('Min-Expires')) ?? 0, chance };
  }
  const expiresS = isAccepted(response) ? grantedS(wish, headers) : 0;
  if (expiresS > 0) return { kind: 'accepted', expiresS, chance };
  return { kind: 'failed', status, retryAfterS: seconds(headers.get('Retry-After')), chance };
}

/** Section 10.2.4: what stands at our Contact, else what stands for all, else what we asked for. */
function grantedS(wish: RegistrationWish, headers: Headers): number {
  const contacts = headers.all('Contact').flatMap((value) => {
    const parsed = parseNameAddr(value);
    return parsed.ok ? [parsed.value] : [];
  });
  const ours = contacts.find(({ uri }) => isSameUri(uri, wish.contact)) ?? onlyOne(contacts);
  const own = seconds(ours?.params.get('expires'));
  return own ?? seconds(headers.get('Expires')) ?? wish.expiresS;
}

/** Registrars behind a border controller name our Contact as that has rewritten it. */
function onlyOne(contacts: readonly NameAddr[]): NameAddr | undefined {
  return contacts.length === 1 ? contacts[0] : undefined;
}

function isSameUri(one: string, other: string): boolean {
  const a = parseUri(one);
  const b = parseUri(other);
  return a.ok && b.ok && uriEquals(a.value, b.value);
}

/** Delta seconds; what follows them (a comment or parameters of Retry-After) is not needed. */
function seconds(value: string | undefined): number | undefined {
  return parseDigits(/^\s*"?([0-9]+)/.exec(value ?? '')?.[1] ?? '', 9);
}
