/** A SIP message as text, read and written without any of the code under test: a second opinion. */
export interface SipMessage {
  /** `METHOD uri SIP/2.0` or `SIP/2.0 code reason`. */
  readonly start: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

export function readSip(text: string): SipMessage {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) throw new Error(`no empty line in ${JSON.stringify(text)}`);
  const [start = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    if (colon < 1) throw new Error(`no header: ${JSON.stringify(line)}`);
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
  });
  return { start, headers, body: text.slice(end + 4) };
}

export function writeSip({ start, headers, body }: SipMessage): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [start, ...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}

/** The first value of a header; '' when there is none. */
export function header(message: SipMessage, name: string): string {
  return headerValues(message, name)[0] ?? '';
}

export function headerValues({ headers }: SipMessage, name: string): string[] {
  return headers.filter(([each]) => each.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

/** Undefined for a request. */
export function statusOf({ start }: SipMessage): number | undefined {
  const match = /^SIP\/2\.0 (\d{3}) /.exec(start);
  return match === null ? undefined : Number(match[1]);
}

/** Of a request, or the one that a response answers. */
export function methodOf(message: SipMessage): string {
  return /^\d+ (\S+)$/.exec(header(message, 'CSeq'))?.[1] ?? '';
}

export function sequenceOf(message: SipMessage): number {
  return Number(/^(\d+) /.exec(header(message, 'CSeq'))?.[1]);
}

export function isRequest(message: SipMessage, method: string): boolean {
  return statusOf(message) === undefined && methodOf(message) === method;
}

export function uriIn(value: string): string {
  return /<([^>]+)>/.exec(value)?.[1] ?? value;
}

export function tagIn(value: string): string {
  return /;tag=([^;\s]+)/.exec(value)?.[1] ?? '';
}
