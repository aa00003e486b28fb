import type { FileReply } from '@parley/contract';
import { deleteRecording } from '@parley/core';
import { type ByteRange, parseByteRange } from '../byte-range.ts';
import type { HandlerContext, Handlers } from '../handler.ts';
import { answer, type Outcome, refuse } from '../outcome.ts';
import { findOwned, notFound } from '../presence.ts';

type RecordingHandlers = Pick<Handlers, 'deleteRecording' | 'getRecordingFile'>;

export function createRecordingHandlers({ deps, change }: HandlerContext): RecordingHandlers {
  const { recordings } = deps;
  return {
    async deleteRecording({ caller, params: { id } }) {
      const deleted = await change('recording', async (draft) => {
        const found = await findOwned(deps, 'recording', id, caller.customer.id);
        if (!found.ok) return found;
        if (found.value.row.status !== 'ended')
          return refuse('STATE_INVALID', { problem: 'it is under way' });
        return answer(deleteRecording(draft, found.value));
      });
      if (deleted.ok) await removeFile(deps, id);
      return deleted;
    },
    async getRecordingFile({ caller, params: { id }, range }) {
      const found = await findOwned(deps, 'recording', id, caller.customer.id);
      if (!found.ok) return found;
      const size = await recordings.sizeOf(id);
      if (size === undefined) return notFound('recording', id);
      const part = parseByteRange(range, size);
      if (part === 'unsatisfiable') return unsatisfiable(size);
      return answer(part === 'whole' ? whole(recordings, id, size) : partOf(recordings, id, size, part));
    },
  };
}

type Files = HandlerContext['deps']['recordings'];

function whole(files: Files, id: string, size: number): FileReply {
  return { size, part: undefined, bytes: size === 0 ? [] : files.read(id, 0, size - 1) };
}

function partOf(files: Files, id: string, size: number, part: ByteRange): FileReply {
  return { size, part, bytes: files.read(id, part.first, part.last) };
}

function unsatisfiable(size: number): Outcome<never> {
  const headers = { 'content-range': `bytes */${size}` };
  return { ...refuse('RANGE_NOT_SATISFIABLE', { size }), headers };
}

/** The recording is deleted by then; a file that stays is for the operator to see to. */
async function removeFile({ recordings, log }: HandlerContext['deps'], id: string): Promise<void> {
  try {
    await recordings.remove(id);
  } catch (error) {
    log.error({ err: error, recording: id }, 'the file of a deleted recording could not be removed');
  }
}
