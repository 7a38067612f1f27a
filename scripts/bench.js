// Prints what our jobs cost beside the tools that do them: medians of alternating runs.
//   npm run bench                    everything whose tools are here
//   npm run bench -- --rounds 15 release retag
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { benchCopy, benchRetag } from './bench/registry.js'
import { benchRelease, benchStart } from './bench/release.js'
import { describeMachine } from './stage/measure.js'

/** Each with the tools it needs beside Docker, which scripts/setup does not install. */
const JOBS = {
  release: { run: benchRelease, tools: [] },
  start: { run: benchStart, tools: [] },
  retag: { run: benchRetag, tools: ['oras'] },
  copy: { run: benchCopy, tools: ['crane'] },
}

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '15' } },
  allowPositionals: true,
})
const rounds = Number(values.rounds)

console.log(describeMachine())
console.log(`Medians of ${rounds} alternating runs, milliseconds: wall (CPU)\n`)
for (const name of positionals.length > 0 ? positionals : Object.keys(JOBS)) {
  const { run, tools } = JOBS[name]
  const missing = tools.filter((tool) => spawnSync(tool, ['version']).error)
  if (missing.length > 0) console.log(`${name}: not run, ${missing.join(' and ')} is not installed`)
  else await run(rounds)
}
