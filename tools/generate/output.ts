import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file that is made, not written. `path` is relative to the root of the repository. */
export interface Output {
  readonly path: string;
  readonly text: string;
}

/** Whether the file on disk is not the one that would be made now. */
export async function isStale(root: string, output: Output): Promise<boolean> {
  return (await readText(join(root, output.path))) !== output.text;
}

export async function write(root: string, output: Output): Promise<void> {
  const file = join(root, output.path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, output.text);
}

/** TypeScript as the formatter of the workspace would leave it, so that made files pass the same check as written ones. */
export function formatted(root: string, output: Output): Promise<Output> {
  const biome = join(root, 'node_modules/.bin/biome');
  return new Promise((resolve, reject) => {
    const child = execFile(
      biome,
      ['format', `--stdin-file-path=${output.path}`],
      { cwd: root },
      (error, text) => {
        if (error === null) resolve({ path: output.path, text });
        else reject(new Error(`The formatter refused ${output.path}.`, { cause: error }));
      },
    );
    child.stdin?.end(output.text);
  });
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
