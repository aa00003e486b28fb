export { SeededChance } from '@parley/server';
