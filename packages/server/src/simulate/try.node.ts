import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseDay } from './day-file.ts';
import { runDay } from './day.ts';
const p = parseDay(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
if (!p.ok) {
  console.log(p.problems);
  process.exit(2);
}
const hash = createHash('sha256');
const counts = new Map<string, number>();
let bytes = 0;
const t = performance.now();
const out = await runDay(p.day, {
  seed: p.day.seed ?? 1,
  log: (e) => {
    hash.update(e.body);
    bytes += e.body.length;
    counts.set(e.type, (counts.get(e.type) ?? 0) + 1);
    if (process.argv[3]) console.log(e.body.slice(0, 300));
  },
  watch: () => ({ decided: () => undefined, settled: () => undefined, rested: () => undefined }),
  report: (problem, text) => {
    if (problem !== 'dial') console.log(problem, text);
  },
});
console.log(
  Object.fromEntries(counts),
  bytes,
  out.calls,
  out.lost,
  out.endedAt / 3600000,
  hash.digest('hex').slice(0, 16),
  `${(performance.now() - t).toFixed(0)} ms`,
);
