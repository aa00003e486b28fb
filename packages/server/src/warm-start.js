/**
 * After the installation: starts the server once in an empty folder and stops it, so that the first real start finds what
 * V8 made of the sources. Two seconds; whatever goes wrong, the first start is a cold one, and nothing is said.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const longestMs = 20_000;

function warmStart() {
  const folder = mkdtempSync(join(tmpdir(), 'parley-warm-start-'));
  const server = spawn(process.execPath, [fileURLToPath(new URL('start.js', import.meta.url))], {
    cwd: folder,
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PARLEY_'))),
      PARLEY_DATA_DIR: join(folder, 'data'),
      PARLEY_HTTP_PORT: '0',
      PARLEY_SIP_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: longestMs,
    killSignal: 'SIGKILL',
  });
  server.stdout.once('data', () => server.kill('SIGINT'));
  server.on('error', () => undefined);
  server.on('close', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
}

try {
  warmStart();
} catch {
  // Such as a folder for temporary files that cannot be written.
}
