import { createFakeVoice } from '@parley/testkit';
import { describeSpeechProvider } from './conformance.ts';

describeSpeechProvider('The voice for tests', () => createFakeVoice());
describeSpeechProvider('The voice for tests at another rate', () => createFakeVoice({ sampleRate: 22_050 }));
