// The inputs of rollback.
import { type Field, mistake, type Values } from '../../inputs/field.ts'
import { CHANNEL_INPUTS } from '../channel/inputs.ts'
import { parseGoal } from './goal.ts'

const channel: Field<string> = {
  kind: 'text',
  summary: 'Channel to roll back. Required.',
  parse(text) {
    if (text === '') throw mistake('it is needed, and left out or empty')
    return text
  },
}

const to = {
  kind: 'text',
  summary:
    'Where to: `previous`, or a version, tag, digest or RFC 3339 time that the channel has had.',
  default: 'previous',
  refuseEmpty: true,
  workflowOnly: true,
  parse: parseGoal,
} as const

const force = {
  ...CHANNEL_INPUTS.force,
  summary: 'Goes also to what the ledger does not know of the channel, and says so there.',
}

export const ROLLBACK_INPUTS = { channel, to, ...CHANNEL_INPUTS, force } as const

export type RollbackInputs = Values<typeof ROLLBACK_INPUTS>
