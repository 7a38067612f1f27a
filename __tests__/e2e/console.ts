// Plays the ```console blocks of a page: a line behind `$ `, with those behind `> ` that follow it,
// is given to a shell, and what the shell says comes after it. Standard error is shown where a
// command failed.
import { spawn } from 'node:child_process'

export interface Place {
  readonly cwd: string
  readonly environment: Readonly<Record<string, string>>
}

/** The page with what its commands said this time. */
export async function playConsole(page: string, place: Place): Promise<string> {
  const parts = page.split(/(?<=^```console\n)([\s\S]*?)(?=^```$)/m)
  const played: string[] = []
  for (const [index, part] of parts.entries())
    played.push(index % 2 === 1 ? await playBlock(part, place) : part)
  return played.join('')
}

async function playBlock(block: string, place: Place): Promise<string> {
  const said: string[] = []
  for (const [command] of block.matchAll(/^\$ .*\n(?:> .*\n)*/gm)) {
    const { stdout, stderr, code } = await runShell(command.replace(/^[$>] /gm, ''), place)
    const told = code === 0 ? stdout : stdout + stderr
    // What does not end its line would take the next command with it.
    said.push(command, told === '' || told.endsWith('\n') ? told : `${told}\n`)
  }
  return said.join('')
}

function runShell(script: string, { cwd, environment }: Place) {
  return new Promise<{ stdout: string; stderr: string; code: number | null }>((done, reject) => {
    const env = { ...process.env, ...environment }
    const child = spawn('bash', ['-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const said = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text) => (said.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (said.stderr += text))
    child.once('error', reject)
    child.once('close', (code) => done({ code, ...said }))
  })
}

const PASSING: readonly (readonly [string, RegExp])[] = [
  ['digest', /\b[0-9a-f]{64}\b/g],
  ['commit', /\b[0-9a-f]{40}\b/g],
  ['short', /(?<=git-|commit )[0-9a-f]{7}\b/g],
  ['time', /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?Z| UTC)?/g],
]

/**
 * What differs from run to run becomes the same: the first digest `digest 1`, wherever it stands
 * again.
 */
export function withoutPassing(page: string): string {
  return PASSING.reduce((text, [name, pattern]) => {
    const seen: string[] = []
    return text.replace(pattern, (found) => {
      if (name === 'time') return name
      if (!seen.includes(found)) seen.push(found)
      return `${name} ${seen.indexOf(found) + 1}`
    })
  }, page)
}
