import { Type, type Static } from 'typebox';
import { idOf } from '../ids.ts';
import { timeOf } from '../time.ts';

export const RecordingFormat = Type.Enum(['wav'], { description: 'WAV, 8 kHz, 16 bit.' });

export const Recording = Type.Object(
  {
    id: idOf('The recording; also the name of its file.'),
    type: Type.Enum(['call', 'conference'], {
      description:
        '`call`: two channels, the far end left and Parley right. `conference`: one, with everybody in it.',
    }),
    reference_id: idOf('The call or the conference.'),
    status: Type.Enum(['initiating', 'recording', 'ended'], {
      description: '`initiating` until sound is written. Nothing leaves `ended`.',
    }),
    format: RecordingFormat,
    tm_start: timeOf('The first sound was written.'),
    tm_end: timeOf('The file is complete.'),
    tm_create: timeOf('Asked for.'),
    tm_update: timeOf('Last changed.'),
    tm_delete: timeOf('Deleted, and its file with it.'),
    customer_id: idOf('The owner.'),
    activeflow_id: idOf('The activeflow that asked for it; nil when a request did.'),
    duration: Type.Integer({
      minimum: 0,
      description: 'Milliseconds of sound in the file; 0 until it has ended. What was paused is not in it.',
    }),
    paused: Type.Boolean({ description: 'Nothing is written now, until it is resumed.' }),
    on_end_flow_id: idOf('The stored flow that is run once it has ended, without a call; nil = none.'),
  },
  { description: 'What was said in a call or a conference.' },
);
export type Recording = Static<typeof Recording>;
