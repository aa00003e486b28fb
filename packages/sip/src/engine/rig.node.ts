import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { isRequest, type RequestEnvelope, type ResponseEnvelope } from '../envelope.ts';
import { Headers, type SipMessage, type SipRequest, type SipResponse } from '../message.ts';
import { parseEnvelope, parseMessage } from '../parse.ts';
import { decodeText, encodeText } from '../text.ts';
import type { Path } from '../transaction/path.ts';
import type { SipEngineConfig } from './config.ts';
import { createSipEngine } from './engine.ts';
import type { OutgoingCall } from './outgoing-call.ts';
import type { CallId, SipOutput } from './output.ts';

export const peer: Path = {
  transport: 'UDP',
  local: { address: '192.0.2.1', port: 5060 },
  remote: { address: '192.0.2.9', port: 5060 },
};
export const media = { address: '192.0.2.1', port: 10_000 };

/** An SDP of a phone at 192.0.2.9. */
export function sdp(
  options: { codecs?: string; direction?: string; port?: number; version?: number } = {},
): string {
  const { codecs = '0 8 101', direction = 'sendrecv', port = 4000, version = 1 } = options;
  return [
    'v=0',
    `o=- 1 ${version} IN IP4 192.0.2.9`,
    's=-',
    'c=IN IP4 192.0.2.9',
    't=0 0',
    `m=audio ${port} RTP/AVP ${codecs}`,
    'a=rtpmap:101 telephone-event/8000',
    `a=${direction}`,
    '',
  ].join('\r\n');
}

export interface MessageText {
  /** Request line or status line, without `SIP/2.0` for requests. */
  readonly start: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

export function messageText({ start, headers, body = '' }: MessageText): string {
  const lines = [start];
  for (const [name, value] of Object.entries(headers)) {
    for (const one of typeof value === 'string' ? [value] : value) lines.push(`${name}: ${one}`);
  }
  return `${lines.join('\r\n')}\r\nContent-Length: ${encodeText(body).length}\r\n\r\n${body}`;
}

export interface RequestOptions {
  readonly method?: string;
  readonly uri?: string;
  readonly branch?: string;
  readonly callId?: string;
  readonly fromTag?: string;
  readonly toTag?: string;
  readonly cseq?: number;
  readonly cseqMethod?: string;
  readonly via?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Leaves headers out. */
  readonly without?: readonly string[];
  readonly body?: string;
}

/** A request of a phone at 192.0.2.9 to us; an INVITE with an offer unless told otherwise. */
export function requestText(options: RequestOptions = {}): string {
  const { method = 'INVITE', uri = 'sip:100@192.0.2.1', branch = 'z9hG4bK-1', cseq = 1 } = options;
  const { callId = 'call-1@192.0.2.9', fromTag = 'phone', toTag } = options;
  const body = options.body ?? (method === 'INVITE' ? sdp() : '');
  const headers: Record<string, string | readonly string[]> = {
    Via: options.via ?? `SIP/2.0/UDP 192.0.2.9:5060;branch=${branch}`,
    'Max-Forwards': '70',
    From: `"Phone" <sip:200@192.0.2.9>;tag=${fromTag}`,
    To: `<sip:100@192.0.2.1>${toTag === undefined ? '' : `;tag=${toTag}`}`,
    'Call-ID': callId,
    CSeq: `${cseq} ${options.cseqMethod ?? method}`,
    Contact: '<sip:200@192.0.2.9:5060>',
    ...(body !== '' && { 'Content-Type': 'application/sdp' }),
    ...options.headers,
  };
  for (const name of options.without ?? []) delete headers[name];
  return messageText({ start: `${method} ${uri} SIP/2.0`, headers, body });
}

export interface ResponseOptions {
  readonly toTag?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

/** A phone's response to a request of ours. */
export function responseText(to: SipRequest, status: number, options: ResponseOptions = {}): string {
  const { toTag = 'callee', body = '' } = options;
  const to_ = to.headers.get('To') ?? '';
  const headers = {
    Via: to.headers.all('Via'),
    From: to.headers.get('From') ?? '',
    To: to_.includes(';tag=') || status === 100 || toTag === '' ? to_ : `${to_};tag=${toTag}`,
    'Call-ID': to.headers.get('Call-ID') ?? '',
    CSeq: to.headers.get('CSeq') ?? '',
    ...(status < 300 && { Contact: '<sip:300@192.0.2.9:5060>' }),
    ...(body !== '' && { 'Content-Type': 'application/sdp' }),
    ...options.headers,
  };
  return messageText({ start: `SIP/2.0 ${status} Whatever`, headers, body });
}

/** A request as the engine's layers get it. */
export function requestEnvelope(options: RequestOptions = {}): RequestEnvelope {
  const parsed = parseEnvelope(encodeText(requestText(options)));
  assert.ok(parsed.ok && isRequest(parsed.value));
  return parsed.value;
}

export function responseEnvelope(
  to: SipRequest,
  status: number,
  headers: NonNullable<ResponseOptions['headers']> = {},
): ResponseEnvelope {
  const parsed = parseEnvelope(encodeText(responseText(to, status, { headers })));
  assert.ok(parsed.ok && !isRequest(parsed.value));
  return parsed.value;
}

export type Sent = { readonly path: Path; readonly message: SipMessage; readonly text: string };
type Event = Exclude<SipOutput, { kind: 'send' }>;

/** One engine on a virtual clock, with what it sends read back. */
export function createRig(config: Partial<SipEngineConfig> = {}) {
  let tokens = 0;
  const engine = createSipEngine(
    { userAgent: 'Parley', local: (path) => path.local, ...config },
    {
      hash: (algorithm, text) =>
        createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
          .update(text)
          .digest('hex'),
      token: () => {
        tokens += 1;
        return createHash('sha256').update(`token ${tokens}`).digest('hex').slice(0, 16);
      },
    },
  );
  const rig = {
    engine,
    now: 0,
    sent: [] as Sent[],
    events: [] as Event[],
    /** Takes all outputs; gives what was sent since the last time. */
    drain(): Sent[] {
      const sent: Sent[] = [];
      for (let output = engine.next(); output !== undefined; output = engine.next()) {
        if (output.kind === 'send') sent.push(readSent(output.path, output.bytes));
        else rig.events.push(output);
      }
      rig.sent.push(...sent);
      return sent;
    },
    receive(text: string, path: Path = peer): Sent[] {
      engine.receive(encodeText(text), path, rig.now);
      return rig.drain();
    },
    /** Lets time pass, waking the engine exactly when it asks for it. */
    pass(ms: number): Sent[] {
      const end = rig.now + ms;
      const sent: Sent[] = [];
      for (let at = engine.wakeAt(); at !== undefined && at <= end; at = engine.wakeAt()) {
        rig.now = Math.max(rig.now, at);
        engine.wake(rig.now);
        sent.push(...rig.drain());
      }
      rig.now = end;
      return sent;
    },
    /** Takes the events so far away. */
    takeEvents(): Event[] {
      return rig.events.splice(0);
    },
  };
  return rig;
}

export type Rig = ReturnType<typeof createRig>;

/** Reads what was sent. Only the answer to an unreadable request may be as unreadable as that. */
function readSent(path: Path, bytes: Uint8Array): Sent {
  const text = decodeText(bytes);
  const parsed = parseMessage(bytes);
  if (parsed.ok) return { path, message: parsed.value, text };
  assert.match(text, /^SIP\/2\.0 (?:400|414|416|505|513) /, 'the engine sent something unreadable');
  const status = Number(text.slice(8, 11));
  return {
    path,
    message: { kind: 'response', status, reason: '', headers: new Headers(), body: new Uint8Array(0) },
    text,
  };
}

export function statuses(sent: readonly Sent[]): (number | string)[] {
  return sent.map(({ message }) => (message.kind === 'response' ? message.status : message.method));
}

export function theRequest(sent: readonly Sent[], method: string): SipRequest {
  for (const { message } of sent) {
    if (message.kind === 'request' && message.method === method) return message;
  }
  return assert.fail(`no ${method} among ${statuses(sent).join(' ')}`);
}

export function theResponse(sent: readonly Sent[], status: number): SipResponse {
  for (const { message } of sent) {
    if (message.kind === 'response' && message.status === status) return message;
  }
  return assert.fail(`no ${status} among ${statuses(sent).join(' ')}`);
}

export function theEvent<Kind extends Event['kind']>(
  events: readonly Event[],
  kind: Kind,
): Extract<Event, { kind: Kind }> {
  const found = events.filter((event) => event.kind === kind);
  assert.equal(
    found.length,
    1,
    `${found.length} ${kind} among ${events.map((event) => event.kind).join(' ')}`,
  );
  return found[0] as Extract<Event, { kind: Kind }>;
}

/** Tag of a From, To or Contact value. */
export function tagOf(value: string | undefined): string {
  return /;tag=([^;]+)/.exec(value ?? '')?.[1] ?? '';
}

/** A call of the phone that has come in and waits. */
export function incoming(rig: Rig, options: RequestOptions = {}): CallId {
  rig.receive(requestText(options));
  return theEvent(rig.takeEvents(), 'incomingCall').call;
}

/** An established call of the phone; `tag` is ours. */
export function established(rig: Rig, options: RequestOptions = {}): { call: CallId; tag: string } {
  const call = incoming(rig, options);
  assert.ok(rig.engine.answer(call, media, rig.now).ok);
  const tag = tagOf(theResponse(rig.drain(), 200).headers.get('To'));
  rig.receive(requestText({ method: 'ACK', branch: 'z9hG4bK-ack', toTag: tag, ...pick(options) }));
  theEvent(rig.takeEvents(), 'acknowledged');
  return { call, tag };
}

function pick({ callId, fromTag }: RequestOptions): RequestOptions {
  return { ...(callId !== undefined && { callId }), ...(fromTag !== undefined && { fromTag }) };
}

const wanted: OutgoingCall = {
  requestUri: 'sip:300@example.org',
  from: { displayName: 'Support', uri: 'sip:100@192.0.2.1' },
  to: { uri: 'sip:300@example.org' },
  path: peer,
  local: media,
  timeoutMs: 20_000,
};

/** A call of ours whose INVITE is out. */
export function dial(
  options: Partial<OutgoingCall> = {},
  rig = createRig(),
): { rig: Rig; call: CallId; invite: SipRequest } {
  const call = rig.engine.call({ ...wanted, ...options }, rig.now);
  return { rig, call, invite: theRequest(rig.drain(), 'INVITE') };
}

/** After all timers nothing may be left. */
export function assertEmpty(rig: Rig): void {
  rig.pass(64_000 + 64_000);
  rig.takeEvents();
  const { outputs, ...tables } = rig.engine.sizes();
  assert.equal(outputs, 0);
  for (const [name, size] of Object.entries(tables)) assert.equal(size, 0, `${name} keeps ${size}`);
}
