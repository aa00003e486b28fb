import { supported } from './admission.ts';
import type { EngineContext } from './context.ts';
import type { ResponseParts } from './response-builder.ts';

/** The answer to OPTIONS, in and outside of dialogs (RFC 3261 section 11.2). */
export function capabilities(context: EngineContext): ResponseParts {
  return {
    status: 200,
    headers: [
      ['Allow', context.allow],
      ['Accept', 'application/sdp'],
      ['Accept-Encoding', 'identity'],
      ['Accept-Language', 'en'],
      ['Supported', supported],
    ],
  };
}
