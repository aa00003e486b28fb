import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallId } from './output.ts';
import {
  createRig,
  dial,
  incoming,
  media,
  requestText,
  responseText,
  type Rig,
  sdp,
  tagOf,
  theResponse,
} from './rig.node.ts';

/** Ways for a call to end, each with its own identifiers. */
const endings: Readonly<Record<string, (rig: Rig, id: string) => void>> = {
  'refused, no ACK': (rig, id) => void rig.engine.reject(come(rig, id), 486, undefined, rig.now),
  'answered, no ACK': (rig, id) => void rig.engine.answer(come(rig, id), media, rig.now),
  'hung up before the ACK': (rig, id) => {
    const call = come(rig, id);
    rig.engine.answer(call, media, rig.now);
    rig.engine.hangup(call, rig.now);
  },
  cancelled: (rig, id) => {
    come(rig, id);
    rig.receive(requestText({ method: 'CANCEL', callId: id, branch: `z9hG4bK-${id}` }));
  },
  'hung up by the phone': (rig, id) => {
    const { tag } = talk(rig, id);
    rig.receive(requestText({ method: 'BYE', callId: id, branch: `z9hG4bK-b${id}`, cseq: 2, toTag: tag }));
  },
  'hung up by us, BYE not answered': (rig, id) => void rig.engine.hangup(talk(rig, id).call, rig.now),
  'outgoing, no response': (rig) => void dial({ timeoutMs: 5000 }, rig),
  'outgoing, hung up, response much later': (rig) => {
    const { call, invite } = dial({ timeoutMs: 5000 }, rig);
    rig.engine.hangup(call, rig.now);
    rig.drain();
    rig.receive(responseText(invite, 180));
  },
  'outgoing, answered, hung up': (rig) => {
    const { call, invite } = dial({ timeoutMs: 5000 }, rig);
    rig.receive(responseText(invite, 200, { body: sdp() }));
    rig.engine.hangup(call, rig.now);
  },
  'outgoing, refused': (rig) => void rig.receive(responseText(dial({ timeoutMs: 5000 }, rig).invite, 404)),
};

function come(rig: Rig, id: string): CallId {
  return incoming(rig, { callId: id, branch: `z9hG4bK-${id}` });
}

function talk(rig: Rig, id: string): { call: CallId; tag: string } {
  const call = come(rig, id);
  rig.engine.answer(call, media, rig.now);
  const tag = tagOf(theResponse(rig.drain(), 200).headers.get('To'));
  rig.receive(requestText({ method: 'ACK', callId: id, branch: `z9hG4bK-a${id}`, toTag: tag }));
  return { call, tag };
}

for (const [name, end] of Object.entries(endings)) {
  test(`64 s after it nothing is left of a call that was ${name}`, () => {
    const rig = createRig();
    end(rig, 'one');
    rig.drain();
    rig.takeEvents();
    rig.pass(64_000);
    for (const [table, size] of Object.entries(rig.engine.sizes())) assert.equal(size, 0, table);
  });
}

test('many calls of all kinds at once leave nothing', () => {
  const rig = createRig();
  const ways = Object.values(endings);
  for (let index = 0; index < 300; index += 1) {
    ways[index % ways.length]?.(rig, `call${index}`);
    rig.takeEvents();
  }
  rig.drain();
  rig.pass(64_000);
  for (const [table, size] of Object.entries(rig.engine.sizes())) assert.equal(size, 0, table);
});
