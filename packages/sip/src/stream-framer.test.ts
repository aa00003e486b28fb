import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { defaultLimits } from './limits.ts';
import { parseMessage } from './parse.ts';
import { createStreamFramer, type FrameEvent } from './stream-framer.ts';
import { decodeText, encodeText } from './text.ts';

function sample(number: number, body = ''): string {
  return `MESSAGE sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK${number}\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b@c>\r\nCall-ID: ${number}\r\nCSeq: 1 MESSAGE\r\nContent-Length: ${encodeText(body).length}\r\n\r\n${body}`;
}

/** Events of a stream that arrives in these pieces; messages as text. */
function frame(...pieces: readonly (string | Uint8Array)[]): unknown[] {
  const framer = createStreamFramer();
  const events = pieces.flatMap((piece) =>
    framer.push(typeof piece === 'string' ? encodeText(piece) : piece),
  );
  return events.map((event) => (event.kind === 'message' ? decodeText(event.bytes) : event));
}

function error(reason: string): FrameEvent[] {
  return [{ kind: 'error', reason } as FrameEvent];
}

describe('createStreamFramer', () => {
  test('cuts a chunk into its messages and waits for the rest of the last', () => {
    const whole = sample(1, 'hello') + sample(2) + sample(3, 'ü\r\n\r\nüü');
    assert.deepEqual(frame(whole), [sample(1, 'hello'), sample(2), sample(3, 'ü\r\n\r\nüü')]);
    assert.deepEqual(frame(whole.slice(0, -1)), [sample(1, 'hello'), sample(2)]);
  });

  test('gives the same messages however the stream is cut', () => {
    const messages = [sample(1, 'a\r\n\r\nb'), sample(2), sample(3, '\r\n'), sample(4, 'x'.repeat(3000))];
    const stream = encodeText(messages.join(''));
    const cuts = fc.array(fc.nat({ max: stream.length }), { maxLength: 40 });
    fc.assert(
      fc.property(cuts, (points) => {
        const sorted = [0, ...points.sort((a, b) => a - b), stream.length];
        const pieces = sorted.slice(1).map((end, index) => stream.slice(sorted[index], end));
        assert.deepEqual(frame(...pieces), messages);
      }),
    );
    assert.deepEqual(frame(...Array.from(stream, (byte) => Uint8Array.of(byte))), messages);
  });

  test('keeps nothing of the chunk it was given', () => {
    const framer = createStreamFramer();
    const chunk = encodeText(sample(1) + sample(2, 'body').slice(0, -2));
    const [first] = framer.push(chunk);
    chunk.fill(0);
    const [second] = framer.push(encodeText('dy'));
    assert.ok(first?.kind === 'message' && second?.kind === 'message');
    assert.deepEqual([first.bytes, second.bytes].map(decodeText), [sample(1), sample(2, 'body')]);
  });

  test('its messages are what parseMessage reads', () => {
    const [event] = createStreamFramer().push(encodeText(sample(7, 'hi')));
    assert.ok(event?.kind === 'message');
    const parsed = parseMessage(event.bytes);
    assert.ok(parsed.ok && parsed.value.body.length === 2);
  });

  test('understands compact, folded and bare-line-feed Content-Length', () => {
    for (const head of [
      'A sip:b SIP/2.0\r\nl: 3\r\n\r\n',
      'A sip:b SIP/2.0\r\nCONTENT-LENGTH \t:\r\n  3 \r\n\r\n',
      'A sip:b SIP/2.0\nl:3\n\n',
    ]) {
      assert.deepEqual(frame(`${head}abc`), [`${head}abc`]);
    }
  });
});

describe('keep-alive', () => {
  test('a double CRLF is a ping, also when it arrives in pieces', () => {
    assert.deepEqual(frame('\r\n\r\n'), [{ kind: 'pong' }, { kind: 'ping' }]);
    assert.deepEqual(frame('\r', '\n\r', '\n'), [{ kind: 'pong' }, { kind: 'ping' }]);
  });

  test('a single CRLF is a pong', () => {
    assert.deepEqual(frame('\r\n'), [{ kind: 'pong' }]);
  });

  test('a CRLF left over before a message does not spoil the count after it', () => {
    assert.deepEqual(frame('\r\n', sample(1), '\r\n'), [{ kind: 'pong' }, sample(1), { kind: 'pong' }]);
  });

  test('stands between messages without harm', () => {
    assert.deepEqual(frame(`${sample(1)}\r\n\r\n${sample(2)}`), [
      sample(1),
      { kind: 'pong' },
      { kind: 'ping' },
      sample(2),
    ]);
  });

  test('a flood of line ends in one chunk asks for one answer', () => {
    assert.deepEqual(frame('\r\n'.repeat(10_000)), [{ kind: 'pong' }, { kind: 'ping' }]);
  });
});

describe('errors', () => {
  test('a message without Content-Length cannot be cut', () => {
    assert.deepEqual(frame('A sip:b SIP/2.0\r\nTo: x\r\n\r\n'), error('missingContentLength'));
  });

  test('two Content-Lengths, or one that is no number, are refused', () => {
    for (const lines of ['l: 1\r\nContent-Length: 1', 'l: -1', 'l: 0x1', 'l:', 'l: 1, 1', 'l: 9999999999']) {
      assert.deepEqual(frame(`A sip:b SIP/2.0\r\n${lines}\r\n\r\nx`), error('badContentLength'), lines);
    }
  });

  test('a Content-Length that only looks like a line of its own is none', () => {
    for (const trick of ['Subject: a\rl: 5', 'Subject: a\u2028l: 5', 'Subject: a\r\n l: 5']) {
      assert.deepEqual(frame(`A sip:b SIP/2.0\r\n${trick}\r\n\r\n`), error('missingContentLength'), trick);
    }
  });

  test('a body over the limit is refused before it arrives', () => {
    assert.deepEqual(frame('A sip:b SIP/2.0\r\nl: 65535\r\n\r\n'), error('messageTooLarge'));
  });

  test('headers that never end are refused at the limit, in one piece or in many', () => {
    const endless = 'A sip:b SIP/2.0\r\n' + 'X: y\r\n'.repeat(10_000);
    assert.deepEqual(frame(endless), error('headersTooLarge'));
    const pieces = Array.from({ length: 60 }, () => 'X: y\r\n'.repeat(100));
    assert.deepEqual(frame(...pieces), error('headersTooLarge'));
    assert.deepEqual(frame(`${endless}l: 0\r\n\r\n`), error('headersTooLarge'));
  });

  test('after an error nothing more is reported', () => {
    assert.deepEqual(frame(`${sample(1)}A B C\r\n\r\n${sample(2)}`, sample(3), '\r\n\r\n'), [
      sample(1),
      ...error('missingContentLength'),
    ]);
  });
});

describe('bounds', () => {
  test('never throws and never reports a message above the limit, whatever arrives', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 50 }),
      fc
        .constantFrom(
          '\r\n',
          'l: 3\r\n\r\n',
          'INVITE sip:a SIP/2.0\r\n',
          'Content-Length: 2\r\n',
          sample(1, 'abc'),
        )
        .map(encodeText),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const limits = { ...defaultLimits, messageBytes: 300, headerBytes: 200 };
        const framer = createStreamFramer(limits);
        for (const event of pieces.flatMap((chunk) => framer.push(chunk))) {
          if (event.kind === 'message') assert.ok(event.bytes.length <= limits.messageBytes);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a message arriving byte by byte costs linear work', () => {
    const framer = createStreamFramer();
    const stream = encodeText(sample(1, 'x'.repeat(60_000)));
    const before = process.cpuUsage();
    let found = 0;
    for (const byte of stream) found += framer.push(Uint8Array.of(byte)).length;
    const { user, system } = process.cpuUsage(before);
    assert.equal(found, 1);
    assert.ok((user + system) / 1000 < 500, `${(user + system) / 1000} ms`);
  });
});
