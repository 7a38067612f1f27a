import { run } from '../index.ts'

await run('record-run')
