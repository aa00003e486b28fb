/** The few SIP texts that a caller of a benchmark says and reads. It speaks to one server over loopback, not to the world. */

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
  const body = offerText(call.rtpPort);
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

function offerText(port: number): string {
  return [
    'v=0',
    'o=bench 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 0 8 101`,
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:101 telephone-event/8000',
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
}

export function readText(text: string): Heard {
  const header = (name: string): string => new RegExp(`^${name}: *(.*)\\r$`, 'im').exec(text)?.[1] ?? '';
  return {
    status: Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? 0),
    method: header('CSeq').split(' ')[1] ?? '',
    callId: header('Call-ID'),
    to: header('To'),
    contact: /<([^>]*)>/.exec(header('Contact'))?.[1] ?? '',
  };
}

/** 200 to any request. */
export function okText(request: string): string {
  const head = (request.split('\r\n\r\n')[0] ?? '').split('\r\n');
  const kept = head.filter((line) => /^(via|from|to|call-id|cseq):/i.test(line));
  return ['SIP/2.0 200 OK', ...kept, 'Content-Length: 0', '', ''].join('\r\n');
}
