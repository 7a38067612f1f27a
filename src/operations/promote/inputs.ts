// The inputs of promote.
import { choice, type Field, flag, list, mistake, parsed, type Values } from '../../inputs/field.ts'
import { parseImages } from '../../inputs/images.ts'
import * as shared from '../../inputs/shared.ts'
import { CHANNEL_INPUTS } from '../channel/inputs.ts'
import { parseSource } from './source.ts'

/** Neither left out nor empty: an expression that came out empty must not choose for the user. */
function needed<T>(field: Field<T>): Field<T> {
  return {
    ...field,
    workflowOnly: true,
    parse(text) {
      if (text === '') throw mistake('it is needed, and left out or empty')
      return field.parse(text)
    },
  }
}

export const PROMOTE_INPUTS = {
  from: needed({
    kind: 'text',
    summary:
      'What to promote: `name@digest` or a digest, a tag, a version, a channel, or `previous-channel`. Required.',
    parse: parseSource,
  }),
  to: needed(
    list(
      { summary: 'Channels it comes into. Required.', commas: true },
      ({ text: channel }) => channel,
    ),
  ),
  ...CHANNEL_INPUTS,
  'channel-tags': flag({
    summary: 'Moves the tags of channels; false leaves channels to the ledger and the files.',
    default: 'true',
  }),
  gate: choice(
    {
      summary:
        'What lets a digest into a channel: the `ledger` knows it in the one before, or the `tag` of that one has it now; `off` lets everything in.',
      workflowOnly: true,
    },
    'ledger',
    'tag',
    'off',
  ),
  'to-images': parsed(
    {
      summary: 'Image names to copy the image to, whole; the channel tags go there.',
      defaultSaid: 'where the image is',
    },
    parseImages,
  ),
  'to-registry-username': {
    ...shared.registryUsername,
    summary: 'User to log in as where `to-images` are, all on one registry.',
  },
  'to-registry-password': {
    ...shared.registryPassword,
    summary: 'Password or token of `to-registry-username`.',
  },
} as const

export type PromoteInputs = Values<typeof PROMOTE_INPUTS>
