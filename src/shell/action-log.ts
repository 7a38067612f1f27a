// The `Log` port on a runner: workflow commands for what is ours, text without commands for what is
// foreign.
import { randomBytes } from 'node:crypto'
import type * as core from '@actions/core'
import type { Log, Place } from '../ports.ts'
import { foreignOutput } from './foreign.ts'
import { neutralise } from './neutralise.ts'
import type { Secrets } from './secrets.ts'

export type Toolkit = typeof core

export function createActionLog(core: Toolkit, secrets: Secrets): Log {
  const safe = (text: string) => secrets.hide(neutralise(text))
  return {
    info: (text) => core.info(safe(text)),
    notice: (text, place) => core.notice(safe(text), place && annotation(place)),
    warning: (text, place) => core.warning(safe(text), place && annotation(place)),
    error: (text, place) => core.error(safe(text), annotation(place)),
    debug: (text) => core.debug(safe(text)),
    mask(secret) {
      for (const part of secrets.add(secret)) core.setSecret(part)
    },
    hide: (text) => secrets.hide(text),
    group: (title, body) => core.group(safe(title), body),
    foreign: (body) => passForeign(secrets, body),
  }
}

function annotation({ file, line, endLine, column }: Place): core.AnnotationProperties {
  return {
    file,
    startLine: line,
    ...(endLine === undefined ? {} : { endLine }),
    ...(column === undefined ? {} : { startColumn: column }),
  }
}

/** Between stop-commands and its random token the runner takes no line as a command. */
async function passForeign<T>(
  secrets: Secrets,
  body: (write: (chunk: Uint8Array) => void) => Promise<T>,
): Promise<T> {
  const token = randomBytes(16).toString('hex')
  const output = foreignOutput(process.stdout, secrets)
  process.stdout.write(`::stop-commands::${token}\n`)
  try {
    return await body(output.write)
  } finally {
    output.end()
    process.stdout.write(`::${token}::\n`)
  }
}
