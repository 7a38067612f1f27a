// The tag request of an operation, from the inputs that all operations with tags share.
import type { WorkflowEvent } from '../event/event.ts'
import type { Channel } from '../inputs/channel.ts'
import type { MatchText, TagRequest } from './request.ts'

export interface TagInputs {
  readonly tags: string
  readonly flavor: string
  readonly channels: readonly Channel[]
  readonly variant: string | undefined
  readonly 'tag-prefix': string | undefined
  readonly floating: boolean
  readonly 'allow-latest': boolean
}

export interface TagFacts {
  readonly event: WorkflowEvent
  readonly now: number
  readonly match: MatchText
  readonly shaLength: number
}

/** The rest has the meaning of the standard rules; no version but the event's. */
export function tagRequestOf(inputs: TagInputs, facts: TagFacts): TagRequest {
  return {
    ...facts,
    rules: inputs.tags,
    defaultRules: 'standard',
    flavor: inputs.flavor,
    channels: inputs.channels.map(({ tag }) => tag),
    variant: inputs.variant ?? '',
    tagPrefix: inputs['tag-prefix'] ?? '',
    floating: inputs.floating,
    allowLatest: inputs['allow-latest'],
    allowEmpty: false,
  }
}
