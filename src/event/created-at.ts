// When an image is said to have been created: a time that building again does not change.
import type { Environment } from '../ports.ts'
import type { WorkflowEvent } from './event.ts'

/** Milliseconds: SOURCE_DATE_EPOCH (reproducible-builds.org), else the commit's time. */
export function createdAt(
  environment: Environment,
  { committedAt }: Pick<WorkflowEvent, 'committedAt'>,
): number | undefined {
  const epoch = environment['SOURCE_DATE_EPOCH'] ?? ''
  return /^\d{1,11}$/.test(epoch) ? Number(epoch) * 1000 : committedAt
}
