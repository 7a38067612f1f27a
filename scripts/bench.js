// Prints one table: what our jobs cost beside the tools that do them, medians of alternating runs.
//   npm run bench                    everything
//   npm run bench -- --rounds 15 release retag
// A tool that is not installed has a row that says so; crane and oras are in Debian forky.
import { parseArgs } from 'node:util'
import { benchPin } from './bench/files.js'
import { benchCopy, benchRetag } from './bench/registry.js'
import { benchManyTags, benchMerge, benchRelease } from './bench/release.js'
import { benchDecision, benchStart } from './bench/start.js'
import { showHead } from './bench/table.js'
import { describeMachine } from './stage/measure.js'

const JOBS = {
  release: benchRelease,
  'many-tags': benchManyTags,
  merge: benchMerge,
  retag: benchRetag,
  copy: benchCopy,
  pin: benchPin,
  decision: benchDecision,
  start: benchStart,
}

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '15' } },
  allowPositionals: true,
})
const rounds = Number(values.rounds)

console.log(`${describeMachine()}\nMedians of ${rounds} alternating runs, slow jobs of fewer.\n`)
showHead()
for (const name of positionals.length > 0 ? positionals : Object.keys(JOBS))
  await JOBS[name](rounds)
