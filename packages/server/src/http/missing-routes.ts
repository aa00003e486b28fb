import { type Operation, operations } from '@parley/contract';
import type { FastifyInstance } from 'fastify';
import { type Refusal, refuse } from './outcome.ts';
import { sendRefusal } from './reply.ts';

/** Characters of a path that is none which the error repeats. */
const echoed = 128;

/** 404 and 405 in the form of all errors; a 405 says in `Allow` what the path does take. */
export function addMissingRoutes(app: FastifyInstance, pagePaths: readonly string[]): void {
  const paths = knownPaths(pagePaths);
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const allowed = new Set(paths.filter(({ form }) => form.test(path)).flatMap(({ methods }) => methods));
    const shown = { method: request.method, path: path.slice(0, echoed) };
    if (allowed.size === 0) return sendRefusal(reply, refuse('ROUTE_NOT_FOUND', shown));
    reply.header('allow', [...allowed].sort().join(', '));
    return sendRefusal(reply, refuse('METHOD_NOT_ALLOWED', shown));
  });
}

/** For a path that the router could not even take apart: it has to be the ids in it, if it may have any. */
export function refusalOfPath(method: string, url: string): Refusal {
  const path = url.split('?')[0] ?? '';
  const id = /^\/v1\.0\/\w+\/(.+)$/.exec(path)?.[1];
  if (id !== undefined) return refuse('INVALID_ID', { id: id.slice(0, echoed) });
  return refuse('ROUTE_NOT_FOUND', { method, path: path.slice(0, echoed) });
}

interface KnownPath {
  readonly form: RegExp;
  readonly methods: readonly string[];
}

function knownPaths(pagePaths: readonly string[]): readonly KnownPath[] {
  const list: readonly Operation[] = Object.values(operations);
  const pages = pagePaths.map((path) => ({ path, method: 'GET' }));
  return [...list, ...pages].map(({ path, method }) => ({
    form: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`),
    methods: method === 'GET' ? ['GET', 'HEAD'] : [method],
  }));
}
