// Every tag rule, in the order the README shows them.
import type { Rule } from '../rule.ts'
import { channel } from './channel.ts'
import { edge } from './edge.ts'
import { match } from './match.ts'
import { pep440 } from './pep440.ts'
import { raw } from './raw.ts'
import { ref } from './ref.ts'
import { schedule } from './schedule.ts'
import { semver } from './semver.ts'
import { sha } from './sha.ts'
import { standard } from './standard.ts'

export const TAG_RULES: readonly Rule[] = [
  standard,
  semver,
  pep440,
  match,
  ref,
  channel,
  edge,
  schedule,
  raw,
  sha,
]
