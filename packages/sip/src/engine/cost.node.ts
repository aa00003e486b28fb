/**
 * Measures what one call costs the engine: INVITE, 100, 200, ACK, BYE, 200, with parsing and printing, while
 * `concurrent` other calls are established. Run: `node packages/sip/src/engine/cost.node.ts [calls] [concurrent]`.
 */
import { createHash, randomBytes } from 'node:crypto';
import { encodeText } from '../text.ts';
import { createSipEngine } from './engine.ts';
import { media, peer, requestText, tagOf } from './rig.node.ts';

const calls = Number(process.argv[2] ?? 20_000);
const concurrent = Number(process.argv[3] ?? 10_000);

const engine = createSipEngine(
  {
    userAgent: 'Parley',
    local: (path) => path.local,
    limits: { maxTransactions: 1_000_000, maxDialogs: 100_000, maxInvitesPerSource: 1_000_000 },
  },
  {
    hash: (algorithm, text) =>
      createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
        .update(text)
        .digest('hex'),
    token: () => randomBytes(8).toString('hex'),
  },
);
const decoder = new TextDecoder();
let now = 0;

/** Everything but the engine's own work: the phone's messages are prepared outside of the measured time. */
function invite(index: number): Uint8Array {
  return encodeText(
    requestText({
      branch: `z9hG4bK-${index}`,
      callId: `${index}@phone`,
      fromTag: `t${index}`,
      headers: {
        Allow: 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER, NOTIFY, MESSAGE',
        Supported: 'replaces, timer, path',
        'User-Agent': 'A phone 1.0',
        'Session-Expires': '1800',
        Via: `SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK-${index};rport`,
      },
    }),
  );
}

function inDialog(method: string, index: number, tag: string, cseq: number): Uint8Array {
  const branch = `z9hG4bK-${method}-${index}`;
  const ids = { callId: `${index}@phone`, fromTag: `t${index}`, toTag: tag };
  return encodeText(requestText({ method, branch, cseq, ...ids, without: ['Contact'] }));
}

/** INVITE to 200; gives our tag. */
function open(index: number, bytes: Uint8Array): string {
  engine.receive(bytes, peer, now);
  let tag = '';
  for (let output = engine.next(); output !== undefined; output = engine.next()) {
    if (output.kind === 'incomingCall') engine.answer(output.call, media, now);
    else if (output.kind === 'send' && output.bytes.length > 500) {
      tag = tagOf(/^To: .*$/m.exec(decoder.decode(output.bytes))?.[0].trim());
    }
  }
  if (tag === '') throw new Error(`call ${index} got no 200`);
  return tag;
}

function feedAll(bytes: Uint8Array): void {
  engine.receive(bytes, peer, now);
  while (engine.next() !== undefined);
}

function whole(index: number): number {
  const first = invite(index);
  let started = process.threadCpuUsage();
  const tag = open(index, first);
  const spent = cpuUs(started);
  const ack = inDialog('ACK', index, tag, 1);
  const bye = inDialog('BYE', index, tag, 2);
  started = process.threadCpuUsage();
  feedAll(ack);
  feedAll(bye);
  now += 2; // 500 calls a second
  engine.wake(now);
  while (engine.next() !== undefined);
  return spent + cpuUs(started);
}

/** CPU time of this thread, so that busy neighbours do not count. */
function cpuUs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(since);
  return user + system;
}

for (let index = 0; index < concurrent; index += 1) {
  feedAll(inDialog('ACK', -index, open(-index, invite(-index)), 1));
}
const heapBefore = process.memoryUsage().heapUsed;
for (let index = 1; index <= 2000; index += 1) whole(index);
let total = 0;
for (let index = 1; index <= calls; index += 1) total += whole(2000 + index);
const sizes = engine.sizes();
process.stdout.write(
  `${(total / calls).toFixed(1)} us a call, ${sizes.dialogs} dialogs, ` +
    `${sizes.serverTransactions} server transactions, heap ${(heapBefore / 1e6).toFixed(0)} MB before, ` +
    `${(process.memoryUsage().heapUsed / 1e6).toFixed(0)} MB after\n`,
);
