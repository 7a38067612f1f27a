// Every operation there is. A new one is listed here, and generate makes the rest.
import type { Operation } from './operation.ts'
import { release } from './release.ts'
import { tags } from './tags.ts'

export const OPERATIONS: readonly Operation[] = [release, tags]
