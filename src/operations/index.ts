// Every operation there is. A new one is listed here, and generate makes the rest.
import { audit } from './audit.ts'
import { cleanup } from './cleanup.ts'
import { merge } from './merge.ts'
import type { Operation } from './operation.ts'
import { pin } from './pin.ts'
import { promote } from './promote.ts'
import { recordRun } from './record-run.ts'
import { release } from './release.ts'
import { rollback } from './rollback.ts'
import { tags } from './tags.ts'

export const OPERATIONS: readonly Operation[] = [
  release,
  tags,
  merge,
  promote,
  rollback,
  pin,
  audit,
  cleanup,
  recordRun,
]
