import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMessage } from '../parse.ts';
import { encodeText } from '../text.ts';
import { createRandom, type Random } from './lossy-link.node.ts';
import type { CallId } from './output.ts';
import { createRig, media, peer, requestText, responseText, type Rig, sdp } from './rig.node.ts';

const methods = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'UPDATE', 'INFO', 'OPTIONS', 'REGISTER', 'PRACK', 'REFER'];

function pick<T>(random: Random, from: readonly T[]): T {
  const one = from[Math.floor(random() * from.length)];
  assert.ok(one !== undefined);
  return one;
}

/** A request that may fit anything that is going on: few branches, tags and Call-IDs, in any combination. */
function anyRequest(random: Random, tags: readonly string[]): string {
  return requestText({
    method: pick(random, methods),
    branch: `${random() < 0.9 ? 'z9hG4bK' : ''}-${Math.floor(random() * 6)}`,
    callId: `c${Math.floor(random() * 3)}`,
    fromTag: `f${Math.floor(random() * 2)}`,
    cseq: Math.floor(random() * 6),
    ...(random() < 0.7 && { toTag: pick(random, tags) }),
    body: pick(random, [
      '',
      sdp(),
      sdp({ codecs: '8', direction: 'sendonly' }),
      sdp({ codecs: '9' }),
      'junk',
    ]),
    headers: pick(random, [
      {},
      { 'Refer-To': '<sip:300@192.0.2.1>' },
      { 'Refer-To': '<sip:300@192.0.2.1?Replaces=c1%3Bto-tag%3Dx%3Bfrom-tag%3Df0>', 'Refer-Sub': 'false' },
      { Replaces: `c1;to-tag=${pick(random, tags)};from-tag=f0` },
      { 'Session-Expires': '90;refresher=uas', Allow: pick(random, ['UPDATE', 'BYE']) },
      { Require: 'x' },
      { Expires: '1' },
      { 'Record-Route': '<sip:p;lr>' },
    ]),
    without: random() < 0.1 ? [pick(random, ['Contact', 'Max-Forwards', 'Content-Type'])] : [],
  });
}

/** Breaks a few bytes: the parser is tested elsewhere, here what gets past it. */
function damaged(random: Random, text: string): Uint8Array {
  const bytes = encodeText(text);
  for (let count = Math.floor(random() * 3); count > 0; count -= 1) {
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  }
  return bytes;
}

function anyResponse(random: Random, rig: Rig): string | undefined {
  const requests = rig.sent.flatMap(({ message }) => (message.kind === 'request' ? [message] : []));
  if (requests.length === 0) return undefined;
  const status = pick(
    random,
    [100, 180, 183, 200, 200, 202, 301, 401, 404, 408, 422, 481, 487, 491, 503, 603],
  );
  return responseText(pick(random, requests), status, {
    toTag: pick(random, ['x', 'y', '']),
    body: pick(random, ['', sdp(), sdp({ codecs: '9' })]),
    headers: pick(random, [
      {},
      { 'Session-Expires': '90;refresher=uac', 'Min-SE': '120', Allow: 'UPDATE' },
      { 'WWW-Authenticate': 'Digest realm="r", nonce="n", stale=true' },
    ]),
  });
}

function anyCommand(random: Random, rig: Rig, call: CallId): void {
  const { engine, now } = rig;
  pick(random, [
    () => void engine.ring(call, now),
    () => void engine.progress183(call, media, now),
    () => void engine.answer(call, media, now),
    () => void engine.reject(call, 486, undefined, now),
    () => void engine.hangup(call, now),
    () => void engine.info(call, 'text/plain', new Uint8Array([1]), now),
    () => void engine.hold(call, now),
    () => void engine.request({ method: 'OPTIONS', uri: 'sip:192.0.2.9', nextHop: peer }, now),
    () => void engine.acceptTransfer(call, now),
    () => void engine.rejectTransfer(call, 486, now),
    () => void engine.transferProgress(call, pick(random, [180, 200, 486]), now),
    () => void engine.renegotiate(call, { port: 30_000, direction: 'inactive' }, now),
  ])();
}

function dial(random: Random, rig: Rig): CallId {
  const uri = 'sip:300@192.0.2.9';
  return rig.engine.call(
    {
      requestUri: uri,
      from: { uri: 'sip:100@192.0.2.1' },
      to: { uri },
      path: peer,
      local: media,
      timeoutMs: 1 + random() * 40_000,
      credentials: { username: 'u', password: 'p' },
    },
    rig.now,
  );
}

function play(seed: number): void {
  const random = createRandom(seed);
  const rig = createRig({
    limits: { maxDialogs: 4, maxTransactions: 40 },
    delegate: ['REGISTER'],
    sessionExpiresS: 90,
  });
  const calls: CallId[] = [];
  const tags = ['unknown'];
  for (let step = 0; step < 60; step += 1) {
    const choice = random();
    if (choice < 0.08) calls.push(dial(random, rig));
    else if (choice < 0.3 && calls.length > 0) anyCommand(random, rig, pick(random, calls));
    else if (choice < 0.45) rig.pass(random() * (random() < 0.1 ? 60_000 : 3000));
    else {
      const text = choice < 0.6 ? anyResponse(random, rig) : anyRequest(random, tags);
      if (text !== undefined) rig.engine.receive(damaged(random, text), peer, rig.now);
    }
    rig.drain();
    for (const { message } of rig.sent.splice(0, Math.max(0, rig.sent.length - 20))) {
      const tag = /;tag=([0-9a-f]{16})/.exec(message.headers.get('To') ?? '')?.[1];
      if (tag !== undefined) tags.push(tag);
    }
    for (const event of rig.events) if (event.kind === 'incomingCall') calls.push(event.call);
    checkEnds(rig);
  }
  for (const call of calls) rig.engine.hangup(call, rig.now);
  rig.pass(200_000);
  checkEnds(rig);
  const { outputs, ...tables } = rig.engine.sizes();
  assert.equal(outputs, 0);
  for (const [name, size] of Object.entries(tables)) assert.equal(size, 0, `${name} keeps ${size}`);
}

/** Nothing is said about a call after its end. */
function checkEnds(rig: Rig): void {
  const over = new Set<CallId>();
  for (const event of rig.events) {
    if (!('call' in event)) continue;
    assert.ok(!over.has(event.call), `${event.kind} after the end`);
    if (event.kind === 'ended') over.add(event.call);
  }
}

test('whatever peers send, in whatever order, nothing throws, every call ends once, and nothing is left', () => {
  for (let seed = 0; seed < 250; seed += 1) {
    try {
      play(seed);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`seed ${seed}: ${message}`, { cause: error });
    }
  }
});

test('what is sent in answer to a request that can be read can be read itself', () => {
  const random = createRandom(7);
  const rig = createRig();
  for (let count = 0; count < 3000; count += 1) {
    const bytes = damaged(random, anyRequest(random, ['unknown']));
    rig.engine.receive(bytes, peer, rig.now);
    for (let output = rig.engine.next(); output !== undefined; output = rig.engine.next()) {
      if (output.kind === 'send') assert.ok(parseMessage(output.bytes).ok || !parseMessage(bytes).ok);
    }
  }
});
