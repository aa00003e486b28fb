import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDrops, parseMachineTime, parseStat, readGroupMs, readProcessTime, residentMb } from './proc.ts';

describe('/proc', () => {
  it('tells a process by name, group and CPU time, whatever is in the name', () => {
    const line =
      '4711 (npm start (x) ) S 1 4700 4700 0 -1 4194304 100 200 0 0 123 45 6 7 20 0 11 0 999 1000 200 18446744073709551615';
    assert.deepEqual(parseStat(line), {
      name: 'npm start (x) ',
      groupId: 4700,
      cpuMs: 1680,
      endedChildrenMs: 130,
    });
  });

  it('tells busy and stolen time of the machine, without idle and guest time', () => {
    const text = 'cpu  10 20 30 4000 500 6 7 8 9 10\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 5\n';
    assert.deepEqual(parseMachineTime(text), { busyMs: 730, stolenMs: 80 });
  });

  it('counts dropped datagrams of the ports asked for only', () => {
    const table = [
      '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops',
      '  100: 0100007F:1388 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0000000000000000 5',
      '  101: 0100007F:1389 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0000000000000000 70',
      '  102: 0100007F:138A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0000000000000000 900',
      '',
    ].join('\n');
    assert.equal(parseDrops(table, new Set([5000, 5002])), 905);
  });

  it('knows this process, its main thread and its memory', () => {
    const time = readProcessTime(process.pid);
    assert.ok(time !== undefined && time.cpuMs > 0);
    assert.ok(time.threads.some(({ id }) => id === process.pid));
    assert.ok(residentMb(process.pid) > 10);
  });

  it('tells a process that is not there from one that did nothing', () => {
    // Beyond the largest pid Linux gives out.
    assert.equal(readProcessTime(2 ** 22 + 1), undefined);
    assert.equal(readGroupMs(2 ** 22 + 1), 0);
  });
});
