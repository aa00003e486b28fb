import { createClip } from '../clip.ts';
import { createMediaService } from '../media-service.ts';
import { tone } from '../tone.ts';

/** A process that plays a tone and records it to the file it is given, until it is killed. */
const [path = ''] = process.argv.slice(2);
const address = '127.0.0.1';

const media = createMediaService({
  ports: { min: 32_100, max: 32_199 },
  address,
  rtpTimeoutMs: 0,
  onError: (error) => {
    throw error;
  },
  onEvent: (event) => {
    if (event.type === 'opened') begin();
    if (event.type === 'recordingStarted') process.send?.('recording');
  },
});

function begin(): void {
  media.connect('leg', {
    remote: { address, port: 32_198 },
    codec: 'PCMU',
    payloadType: 0,
    direction: 'sendrecv',
    ptimeMs: 20,
  });
  media.play('leg', 'tone', [createClip(tone([600], 1000))], { repeat: true });
  media.startRecording('r', { target: { leg: 'leg' }, path, maxMs: 60_000 });
}

media.open('leg');
