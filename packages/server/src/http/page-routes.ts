import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';

const files = [
  { path: '/docs', file: 'docs.html', type: 'text/html; charset=utf-8' },
  { path: '/docs/docs.css', file: 'docs.css', type: 'text/css; charset=utf-8' },
  ...['docs.js', 'element.js', 'schema.js', 'try-it.js'].map((file) => ({
    path: `/docs/${file}`,
    file,
    type: 'text/javascript; charset=utf-8',
  })),
];

/** Everything that is not an operation: the browsable description of the API. */
export const pagePaths: readonly string[] = ['/', ...files.map(({ path }) => path)];

/** Nothing from elsewhere, nothing inline, not in a frame; requests go to this server alone. */
const pageHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-cache',
};

export function addPageRoutes(app: FastifyInstance): void {
  app.get('/', (_request, reply) => reply.headers(pageHeaders).redirect('/docs', 302));
  for (const { path, file, type } of files) {
    let text: string | undefined;
    app.get(path, async (_request, reply) => {
      text ??= await readFile(new URL(`pages/${file}`, import.meta.url), 'utf8');
      return reply.headers(pageHeaders).type(type).send(text);
    });
  }
}
