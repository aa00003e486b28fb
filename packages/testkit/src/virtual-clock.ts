export { VirtualClock } from '@parley/server';
