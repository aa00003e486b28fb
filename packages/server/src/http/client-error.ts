import type { Socket } from 'node:net';
import { apiError, errorBody } from '@parley/contract';
import type { Chance } from '@parley/core';
import type { HttpSettings } from './settings.ts';

interface ConnectionTrouble {
  readonly status: number;
  readonly phrase: string;
  readonly problem: string;
}

/** Answers what Node could not read as an HTTP request at all, in the form of all errors, and hangs up. */
export function createClientErrorHandler(chance: Chance, settings: HttpSettings) {
  return (error: Error & { readonly code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const { status, phrase, problem } = troubleOf(error.code ?? '', settings);
    const id = `req_${chance.id()}`;
    const body = JSON.stringify(errorBody(apiError('INVALID_ARGUMENT', { problem }), id));
    socket.end(
      [
        `HTTP/1.1 ${status} ${phrase}`,
        'content-type: application/json; charset=utf-8',
        `content-length: ${Buffer.byteLength(body)}`,
        `x-request-id: ${id}`,
        'connection: close',
        '',
        body,
      ].join('\r\n'),
    );
  };
}

function troubleOf(code: string, settings: HttpSettings): ConnectionTrouble {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        status: 431,
        phrase: 'Request Header Fields Too Large',
        problem: `its head is larger than ${settings.headerBytes} bytes`,
      };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, phrase: 'Request Timeout', problem: 'it took too long to arrive' };
    default:
      return { status: 400, phrase: 'Bad Request', problem: 'it is not HTTP/1.1' };
  }
}
