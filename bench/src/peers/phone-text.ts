/** The few SIP texts that a phone of a benchmark says and reads. It speaks to one server over loopback, not to the world. */

export interface Dialled {
  readonly callId: string;
  readonly tag: string;
  readonly number: string;
  readonly server: string;
  /** Where this phone has its SIP socket, `host:port`. */
  readonly local: string;
  readonly rtpPort: number;
}

export function inviteText(call: Dialled): string {
  const body = soundText(call.rtpPort, '0 8 101');
  return [
    ...requestHead('INVITE', `sip:${call.number}@${call.server}`, call, 1, ''),
    `Contact: <sip:bench@${call.local}>`,
    'Content-Type: application/sdp',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

export interface Answer {
  /** With its tag. */
  readonly to: string;
  /** Where requests of the dialog go. */
  readonly contact: string;
}

export function ackText(call: Dialled, answer: Answer): string {
  return [...requestHead('ACK', answer.contact, call, 1, answer.to), 'Content-Length: 0', '', ''].join(
    '\r\n',
  );
}

export function byeText(call: Dialled, answer: Answer): string {
  return [...requestHead('BYE', answer.contact, call, 2, answer.to), 'Content-Length: 0', '', ''].join(
    '\r\n',
  );
}

function requestHead(method: string, uri: string, call: Dialled, sequence: number, to: string): string[] {
  return [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${call.local};branch=z9hG4bK${call.callId}${method}`,
    'Max-Forwards: 70',
    `From: <sip:+15550108888@${call.local}>;tag=${call.tag}`,
    `To: ${to === '' ? `<sip:${call.number}@${call.server}>` : to}`,
    `Call-ID: ${call.callId}`,
    `CSeq: ${sequence} ${method}`,
  ];
}

const encodings: Readonly<Record<string, string>> = {
  0: 'PCMU/8000',
  8: 'PCMA/8000',
  101: 'telephone-event/8000',
};

/** `types`: payload types, the first is used. */
function soundText(port: number, types: string): string {
  return [
    'v=0',
    'o=bench 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP ${types}`,
    ...types.split(' ').map((type) => `a=rtpmap:${type} ${encodings[type]}`),
    'a=ptime:20',
    '',
  ].join('\r\n');
}

/** What was received, as far as a caller has to know it. */
export interface Heard {
  /** 0: it is a request. */
  readonly status: number;
  readonly method: string;
  readonly callId: string;
  readonly to: string;
  readonly contact: string;
  /** Where its sound is to be sent; 0: it does not say. */
  readonly rtpPort: number;
}

export function readText(text: string): Heard {
  const header = (name: string): string => new RegExp(`^${name}: *(.*)\\r$`, 'im').exec(text)?.[1] ?? '';
  return {
    status: Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? 0),
    method: header('CSeq').split(' ')[1] ?? '',
    callId: header('Call-ID'),
    to: header('To'),
    contact: /<([^>]*)>/.exec(header('Contact'))?.[1] ?? '',
    rtpPort: Number(/^m=audio (\d+) /m.exec(text)?.[1] ?? 0),
  };
}

/** 200 to any request but an INVITE. */
export function okText(request: string): string {
  return ['SIP/2.0 200 OK', ...keptHead(request), 'Content-Length: 0', '', ''].join('\r\n');
}

/** 200 to an INVITE of the server, with G.711 mu-law and keys as its answer. */
export function acceptText(
  invite: string,
  { tag, local, rtpPort }: Pick<Dialled, 'tag' | 'local' | 'rtpPort'>,
): string {
  const body = soundText(rtpPort, '0 101');
  return [
    'SIP/2.0 200 OK',
    ...keptHead(invite).map((line) => (/^to:/i.test(line) ? `${line};tag=${tag}` : line)),
    `Contact: <sip:bench@${local}>`,
    'Content-Type: application/sdp',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

/** An answer to an INVITE without sound; `status` is such as `486 Busy Here`. */
export function answerText(invite: string, status: string, tag: string): string {
  const head = keptHead(invite).map((line) => (/^to:/i.test(line) ? `${line};tag=${tag}` : line));
  return [`SIP/2.0 ${status}`, ...head, 'Content-Length: 0', '', ''].join('\r\n');
}

/** What every answer repeats, RFC 3261 section 8.2.6.2. */
function keptHead(request: string): string[] {
  const head = (request.split('\r\n\r\n')[0] ?? '').split('\r\n');
  return head.filter((line) => /^(via|from|to|call-id|cseq|record-route):/i.test(line));
}
