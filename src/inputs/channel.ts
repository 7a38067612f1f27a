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
  throw noSuchChannel(input, [name], channels)
}

/** Those of the names, in promotion order, each once. Throws `input` as `requireChannels`. */
export function channelsNamed(
  input: string,
  names: readonly string[],
  channels: readonly Channel[],
): readonly Channel[] {
  requireChannels(input, names, channels)
  return channels.filter(({ tag }) => names.includes(tag))
}

/** Throws `input` naming all that are no channels. */
export function requireChannels(
  input: string,
  names: readonly string[],
  channels: readonly Channel[],
): void {
  const known = new Set(channels.map(({ tag }) => tag))
  const strange = [...new Set(names)].filter((name) => !known.has(name))
  if (strange.length > 0) throw noSuchChannel(input, strange, channels)
}

function noSuchChannel(
  input: string,
  names: readonly string[],
  channels: readonly Channel[],
): ReleaseError {
  const known = channels.map(({ tag }) => tag).join(', ')
  const are = names.length === 1 ? 'is no channel' : 'are no channels'
  return new ReleaseError('input', `${input}: ${names.join(', ')} ${are}`, {
    hint: `The channels are ${known}; see the input "channels".`,
  })
}
