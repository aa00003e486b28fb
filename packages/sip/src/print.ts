import { headerRule } from './header-names.ts';
import type { SipMessage } from './message.ts';
import { encodeText } from './text.ts';

const lineBreaks = /[\r\n]+/g;

/**
 * The bytes to send. Content-Length is computed and goes last, whatever the headers say. Line breaks inside values
 * become spaces, so no value can smuggle in a header of its own.
 */
export function printMessage(message: SipMessage): Uint8Array {
  const head = encodeText(printHead(message));
  if (message.body.length === 0) return head;
  const bytes = new Uint8Array(head.length + message.body.length);
  bytes.set(head);
  bytes.set(message.body, head.length);
  return bytes;
}

function printHead(message: SipMessage): string {
  let text = oneLine(printStartLine(message));
  let openList = '';
  for (const { name, value } of message.headers) {
    const { key, shape } = headerRule(name);
    if (key === 'content-length') continue;
    const line = oneLine(value);
    // Lists of words share a line: a phone's Allow would otherwise take fourteen lines of a datagram.
    const joinable = shape === 'tokens' && line !== '' && !/["<]/.test(line);
    text += joinable && key === openList ? `, ${line}` : `\r\n${name}: ${line}`;
    openList = joinable ? key : '';
  }
  return `${text}\r\nContent-Length: ${message.body.length}\r\n\r\n`;
}

function printStartLine(message: SipMessage): string {
  return message.kind === 'request'
    ? `${message.method} ${message.uri} SIP/2.0`
    : `SIP/2.0 ${message.status} ${message.reason}`;
}

function oneLine(text: string): string {
  return text.includes('\n') || text.includes('\r') ? text.replace(lineBreaks, ' ') : text;
}
