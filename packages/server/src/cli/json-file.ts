import { readFile } from 'node:fs/promises';
import { type Terminal, UsageError } from './command.ts';

/** What a file that the user has named says; `-` is standard input. Throws a UsageError that names it. */
export async function readJsonFile(file: string, terminal: Terminal): Promise<unknown> {
  const text = await textOf(file, terminal);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${messageOf(error)}`);
  }
}

async function textOf(file: string, terminal: Terminal): Promise<string> {
  if (file === '-') return await terminal.readAll();
  return await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${messageOf(error)}`);
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
