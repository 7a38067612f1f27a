import { run } from '../index.js';
await run('record-run');
