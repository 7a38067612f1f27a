// Channels: tags that mark environments, in promotion order.
import { ReleaseError } from '../errors.ts'
import { mistake } from './field.ts'

/** A channel: its tag, and the GitHub environment its deployments are recorded in. */
export interface Channel {
  readonly tag: string
  readonly environment: string
}

/** `tag`, or `tag=environment`. */
export function parseChannel(line: string): Channel {
  const [tag = '', environment = tag, ...rest] = line.split('=').map((part) => part.trim())
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,62}$/.test(tag) || environment === '' || rest.length > 0)
    throw mistake(`${JSON.stringify(line)} is no channel; write a tag, or tag=environment`)
  return { tag, environment }
}

/** Throws `input` where it is no channel. */
export function channelNamed(input: string, name: string, channels: readonly Channel[]): Channel {
  const found = channels.find(({ tag }) => tag === name)
  if (found) return found
  throw unknown(input, [name], channels)
}

/** Those of the names, in promotion order, each once. Throws `input` naming all that are none. */
export function channelsNamed(
  input: string,
  names: readonly string[],
  channels: readonly Channel[],
): readonly Channel[] {
  const strange = names.filter((name) => channels.every(({ tag }) => tag !== name))
  if (strange.length > 0) throw unknown(input, strange, channels)
  return channels.filter(({ tag }) => names.includes(tag))
}

function unknown(input: string, names: readonly string[], channels: readonly Channel[]) {
  const known = channels.map(({ tag }) => tag).join(', ')
  return new ReleaseError('input', `${input}: ${names.join(', ')} is no channel`, {
    hint: `The channels are ${known}; see the input "channels".`,
  })
}
