import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncapiDocument, openapiDocument } from '@parley/contract';
import { apiPage } from './api-page.ts';
import { callCommandsPage } from './call-commands-page.ts';
import { errorsPage } from './errors-page.ts';
import { eventsPage } from './events-page.ts';
import type { Output } from './output.ts';

/** Where a Parley that runs with its defaults answers. */
const serverUrl = 'http://127.0.0.1:8080';

/** Everything in `docs/reference` that is made from the contract. */
export async function contractReference(root: string): Promise<readonly Output[]> {
  const version = await productVersion(root);
  return [
    { path: 'docs/reference/openapi.json', text: jsonText(openapiDocument({ version, serverUrl })) },
    { path: 'docs/reference/asyncapi.json', text: jsonText(asyncapiDocument({ version })) },
    { path: 'docs/reference/events.md', text: eventsPage() },
    { path: 'docs/reference/errors.md', text: errorsPage() },
    { path: 'docs/reference/api.md', text: apiPage() },
    { path: 'docs/reference/call-commands.md', text: callCommandsPage() },
  ];
}

async function productVersion(root: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version);
  throw new Error('package.json has no version');
}

function jsonText(document: unknown): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
