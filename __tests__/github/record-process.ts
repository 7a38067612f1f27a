// One job as a process of its own: `record-process.ts <release id> <key> <block>` says "ready", and
// records once its input ends, with Octokit at GITHUB_API_URL and in real time.
import { text } from 'node:stream/consumers'
import { getOctokit } from '@actions/github'
import { createGitHubClient } from '../../src/github/client.ts'
import { recordInRelease } from '../../src/github/recorder.ts'
import { clock } from '../../src/shell/clock.ts'
import { MemoryLog } from '../fakes/world.ts'
import { REPOSITORY } from './setup.ts'

const [id, key = '', block = ''] = process.argv.slice(2)
const octokit = getOctokit('token')
const github = createGitHubClient({
  request: (route, parameters) => octokit.request(route, { ...parameters }),
  clock,
  log: new MemoryLog(),
})
process.stdout.write('ready')
await text(process.stdin)
await recordInRelease({ github, repository: REPOSITORY, releaseId: Number(id), key, block })
